import Testing
import Timeline

@testable import Analysis

@Suite struct EModelTests {
    @Test(arguments: [
        (120.0, 0.00), (150, 0.16), (177.3, 1.17), (200, 3.04), (250, 8.92), (300, 14.76),
        (400, 24.07), (500, 30.64),
    ])
    func `delay impairment is that of G.107`(delay: Double, impairment: Double) {
        #expect(abs(EModel.delayImpairment(ms(delay)) - impairment) <= 0.005)
    }

    @Test(arguments: [
        (50.0, 0.0, 1.0, 93.2, 4.41), (100, 1, 1, 89.6, 4.33), (150, 1, 1, 89.4, 4.32),
        (150, 2, 1, 86.0, 4.23), (150, 2, 2, 85.8, 4.22), (200, 2, 1, 83.1, 4.14),
        (300, 0, 1, 78.4, 3.96), (400, 0, 1, 69.1, 3.56), (150, 5, 1, 77.3, 3.92),
    ])
    func `G.711 with concealment rates as the standard's formulas say`(
        delay: Double, loss: Double, burst: Double, r: Double, mos: Double
    ) {
        let rating = EModel.rating(
            delay: ms(delay), codec: .g711WithConcealment, lossPercent: loss, burstRatio: burst
        )
        #expect(abs(rating.r - r) <= 0.05 + 1e-9)
        #expect(abs(rating.mos - mos) <= 0.005 + 1e-9)
    }

    @Test func `delay up to 100 ms costs nothing`() {
        #expect(EModel.delayImpairment(ms(100)) == 0)
        #expect(EModel.delayImpairment(ms(0)) == 0)
    }

    @Test func `the score stays between 1 and 4_5 and never falls as R rises`() {
        var last = 0.0
        for r in stride(from: -20.0, through: 120, by: 0.1) {
            let mos = EModel.mos(r: r)
            #expect(mos >= max(1, last - 1e-12) && mos <= 4.5)
            last = mos
        }
    }

    @Test func `codecs without an ITU figure say that theirs is assumed`() {
        #expect(EModel.Codec(named: "opus").isAssumed)
        #expect(EModel.Codec(named: "pcm16").isAssumed)
        #expect(!EModel.Codec(named: "pcmu").isAssumed)
        #expect(!EModel.Codec(named: "pcma").isAssumed)
    }
}
