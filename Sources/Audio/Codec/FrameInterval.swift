package import Timeline

extension CodecName {
    /// Checks that frames of this length exist: 10, 20, 40 or 60 ms of Opus, multiples of 5 ms otherwise.
    ///
    /// The longest is 1 s.
    package func check(interval: Nanoseconds) throws(CodecProblem) {
        let allowed: Bool
        let right: String
        switch self {
        case .opus:
            allowed = [10, 20, 40, 60].contains { interval == .milliseconds($0) }
            right = "Opus frames are 10, 20, 40 or 60 ms long"
        case .pcm16, .pcmu, .pcma:
            allowed =
                interval > .zero && interval <= .seconds(1)
                && interval.count % Nanoseconds.milliseconds(5).count == 0
            right = "\(rawValue) frames are a multiple of 5 ms long, 1 s at most"
        }
        guard allowed else {
            throw CodecProblem(
                code: .interval, message: "a frame cannot be \(interval) long; \(right)")
        }
    }
}
