package import Timeline

/// Where a run stands while it goes on: counts and cumulative histograms by path.
///
/// Fed from what the run observes anyway, once a second; it is never asked on the packet path.
package struct LiveFigures: Equatable, Sendable {
    /// A cumulative histogram with fixed bounds.
    package struct Histogram: Equatable, Sendable {
        /// Upper bounds, ms, ascending; one more bucket is without bound.
        package let bounds: [Double]
        /// Samples of each bucket alone, the boundless one last.
        package private(set) var counts: [Int]
        /// Sum of all samples, ms; a censored one adds what it was watched for.
        package private(set) var sum = 0.0
        /// Samples that did not happen while they were watched for: in the boundless bucket only.
        package private(set) var censored = 0

        /// - Parameter bounds: ascending, ms.
        package init(bounds: [Double]) {
            self.bounds = bounds
            counts = [Int](repeating: 0, count: bounds.count + 1)
        }

        /// All samples, censored ones included.
        package var total: Int { counts.reduce(0, +) }

        /// Samples at or below each bound, and last all of them.
        package var cumulative: [Int] {
            var sum = 0
            return counts.map { count in
                sum += count
                return sum
            }
        }

        package mutating func record(_ value: Double) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
        }

        package mutating func recordCensored(at limit: Double) {
            counts[bounds.count] += 1
            censored += 1
            sum += limit
        }
    }

    /// What is known of one path.
    package struct Path: Equatable, Sendable {
        package let name: String
        package let transport: String
        /// Connected now.
        package var callers = 0
        /// Ended calls by outcome and reason; the reason is empty where there is none.
        package var calls: [CallKey: Int] = [:]
        package var firstAudio = Histogram(bounds: LiveFigures.firstAudioBounds)
        package var bargeInCut = Histogram(bounds: LiveFigures.bargeInCutBounds)
        package var framesScheduled = 0
        package var framesOnTime = 0
        /// Greatest lateness of a tick in the last second that is over, ms.
        package var tickLateness = 0.0
        package var secondsVoid = 0
    }

    /// How a call ended, and why.
    package struct CallKey: Hashable, Comparable, Sendable {
        package var outcome: String
        package var reason: String

        package static func < (left: CallKey, right: CallKey) -> Bool {
            (left.outcome, left.reason) < (right.outcome, right.reason)
        }
    }

    static let firstAudioBounds: [Double] = [
        100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000, 1_250, 1_500, 2_000, 3_000, 5_000,
        10_000,
    ]
    static let bargeInCutBounds: [Double] = [
        50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 750, 1_000, 1_500, 2_000,
    ]

    /// In the scenario's order.
    package private(set) var paths: [Path]

    /// - Parameter paths: name and transport of each, in the scenario's order.
    package init(paths: [(name: String, transport: String)]) {
        self.paths = paths.map { Path(name: $0.name, transport: $0.transport) }
    }

    /// Callers connected now, by position of the path.
    package mutating func take(callers: [Int]) {
        for (index, count) in callers.enumerated() where paths.indices.contains(index) {
            paths[index].callers = count
            // Nothing is sent where nobody calls, and no second says so.
            if count == 0 { paths[index].tickLateness = 0 }
        }
    }

    /// A second that is over.
    package mutating func take(_ second: SecondRecord) {
        paths[second.path].framesScheduled += second.framesScheduled
        paths[second.path].framesOnTime += second.framesOnTime
        paths[second.path].tickLateness = second.tickLateness.milliseconds
        if second.isVoid { paths[second.path].secondsVoid += 1 }
    }

    /// A call that has ended, or a turn whose watch is over.
    package mutating func take(_ observation: Observation) {
        switch observation {
        case .call(let call):
            let key = CallKey(outcome: call.outcome.rawValue, reason: call.reason ?? "")
            paths[call.id.path].calls[key, default: 0] += 1
        case .turn(let turn):
            let context = TurnInContext(turn, in: nil)
            let path = turn.call.path
            paths[path].firstAudio.take(
                TurnMetric.firstAudio.sample(context), limit: turn.patience)
            paths[path].bargeInCut.take(TurnMetric.bargeInCut.sample(context), limit: .cutLimit)
        case .frame:
            break
        }
    }
}

extension LiveFigures.Histogram {
    fileprivate mutating func take(_ sample: Sample?, limit: Nanoseconds) {
        switch sample {
        case .value(let milliseconds): record(milliseconds)
        case .censored: recordCensored(at: limit.milliseconds)
        case .void, nil: break
        }
    }
}
