/// A vertical axis from zero to a round number above every value.
struct ChartScale: Equatable {
    /// Where lines are drawn and numbers stand, ascending from 0.
    let marks: [Double]

    var top: Double { marks.last ?? 1 }

    /// - Parameter greatest: the greatest value to be shown; not above zero gives an axis to 1.
    init(greatest: Double) {
        guard greatest > 0, greatest.isFinite else {
            marks = [0, 1]
            return
        }
        let step = Self.step(of: greatest)
        marks = stride(from: 0, through: (greatest / step).rounded(.up), by: 1).map { $0 * step }
    }

    /// 1, 2 or 5 times a power of ten, so that four to ten of them reach `greatest`.
    private static func step(of greatest: Double) -> Double {
        var power = 1.0
        while power * 10 <= greatest { power *= 10 }
        while power > greatest { power /= 10 }
        let leading = greatest / power
        return power * (leading <= 2 ? 0.2 : leading <= 5 ? 0.5 : 1)
    }
}
