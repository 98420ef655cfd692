import Planning
package import Timeline

/// How far any single latency of a path may be off for reasons of the instrument.
///
/// ±(ptime/2 ⊕ detector SD ⊕ lateness p99 ⊕ dwell p99), where ⊕ is the root of the sum of
/// squares: the parts are independent of each other. All in ms.
package struct ErrorBar: Equatable, Sendable {
    /// Half a frame: the agent's packets are where its sound can begin and end.
    package var ptime: Double?
    /// Standard deviation of the ear: the larger of what this path's own measurement and the
    /// self-test quoted say.
    package var detector: Double?
    /// Actual less scheduled send, p99, of this path in this run.
    package var lateness: Double?
    /// User-space read less kernel timestamp, p99, of this path in this run.
    package var dwell: Double?
    /// The self-test of the same host that was current when the run began; `nil` without one.
    package var selftest: String?

    package init(
        ptime: Double? = nil, detector: Double? = nil, lateness: Double? = nil,
        dwell: Double? = nil, selftest: String? = nil
    ) {
        self.ptime = ptime
        self.detector = detector
        self.lateness = lateness
        self.dwell = dwell
        self.selftest = selftest
    }

    /// The whole; `nil` where nothing was sent, so that there is no latency to be off.
    package var total: Double? {
        guard lateness != nil else { return nil }
        let parts = [ptime, detector, lateness, dwell].compactMap(\.self)
        return parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// The error bar of one path of a live run.
    init(
        _ path: PathMaterial, configuration: PathConfiguration?, grade: GeneratorGrade,
        selftest: Selftest?
    ) {
        let tested = configuration.flatMap {
            selftest?.deviation(
                transport: path.transport, dialect: $0.dialect?.rawValue, codec: "\($0.codec)")
        }
        let own = path.detector.flatMap { $0.deviation?.milliseconds }
        self.init(
            ptime: configuration.map { $0.ptime.milliseconds / 2 },
            detector: [own, tested].compactMap(\.self).max(),
            lateness: grade.sendLateness.p99,
            dwell: grade.rxDwell.p99,
            selftest: selftest?.id
        )
    }
}

extension DetectorBias {
    /// The larger deviation of what was measured; `nil` where nothing was.
    package var deviation: Nanoseconds? {
        [onset, stop].filter { $0.count > 0 }.map(\.deviation).max()
    }
}

extension RunMaterial {
    /// Takes what the ears of the paths were found to add, in the paths' order.
    ///
    /// What was measured with no sound at all is kept as not measured.
    package mutating func record(_ detectors: [DetectorBias]) {
        for (index, detector) in zip(paths.indices, detectors) {
            paths[index].detector = detector.deviation == nil ? nil : detector
        }
    }
}
