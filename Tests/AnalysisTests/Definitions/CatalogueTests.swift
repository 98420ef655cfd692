import Audio
import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct CatalogueTests {
    @Test func `every metric of the catalogue is measured, under its name, unit and place`() {
        let path = PathMeasurement(.path(), scenario: .sample())
        let views: Set = ["first_audio_agent", "barge_in_cut_agent", "network_rtt"]
        let published =
            path.metrics.filter { !views.contains($0.name) }.map { "\($0.name) \($0.unit)" }
            + path.rates.map { "\($0.name) ratio" }
        let catalogue = MetricCatalogue.all
            .filter { !views.contains($0.name) }
            .map { "\($0.name) \($0.unit.rawValue)" }
        #expect(published == catalogue)
    }

    @Test func `no definition is left out of the published order`() {
        let names =
            TurnMetric.all.map(\.name) + CallMetric.all.map(\.name) + ["ipdv", "frame_delay"]
        #expect(Set(names) == Set(PathMeasurement.order))
        #expect(names.count == PathMeasurement.order.count)
    }

    @Test func `call metrics come from calls that show them`() throws {
        var call = CallRecord.completed(0)
        call.greeting = ms(250)
        call.setup.tcp = ms(3)
        call.setup.signalling = ms(8)
        call.setup.ice = ms(12)
        call.setup.dtls = ms(21)
        call.media.mouthToEar = ms(150)
        call.media.packetsExpected = 100
        call.media.packetsLost = 1
        call.media.packetsLate = 1
        call.media.overlap = ms(120)
        var material = PathMaterial.path()
        material.calls = [call, .failed(1, reason: "refused")]

        let path = PathMeasurement(material, scenario: .sample())
        func only(_ name: String) -> Double? {
            guard let found = path.metric(name)?.distribution, found.count == 1 else { return nil }
            return found.value(rank: 1)
        }
        #expect(only("greeting") == 250)
        #expect(only("connect") == 20)
        #expect(only("setup_tcp") == 3)
        #expect(only("setup_signalling") == 8)
        #expect(only("setup_ice") == 12)
        #expect(only("setup_dtls") == 21)
        #expect(only("overlap") == 120)
        #expect(only("underrun") == 0)
        #expect(abs(try #require(only("mos")) - 4.23) < 0.005)
        #expect(path.metric("setup_tls")?.distribution.count == 0)
    }

    @Test func `the score of Opus says that its constants are assumed`() {
        let opus = PathMeasurement(.path(), scenario: .sample(codec: .opus)).metric("mos")
        #expect(opus?.note?.hasPrefix("assumed") == true)
        #expect(PathMeasurement(.path(), scenario: .sample()).metric("mos")?.note == nil)
    }
}
