import Timeline

/// The two legs of a hybrid: between caller and gateway, and between gateway and agent.
///
/// For every turn that has them, edge and backend add up to the whole, to the nanosecond. Their
/// medians need not: the median turn of one leg is not that of the other.
extension TurnMetric {
    /// What of `first_audio` passes between caller and gateway.
    ///
    /// From the scheduled last voiced sample to the gateway's forwarding it upstream, and from the
    /// arrival of the reply's first audible sample at the gateway to its being heard.
    /// Milliseconds. Over: turns with a value of `first_audio` and both instants of a gateway.
    package static let firstAudioEdge = TurnMetric("first_audio_edge", censoring: .never) {
        edge(of: .firstAudio, $0)
    }

    /// What of `first_audio` passes between gateway and agent, the agent's thinking included.
    ///
    /// From the gateway's forwarding of the last voiced sample to the arrival of the reply's first
    /// audible sample at the gateway. Milliseconds. Over turns as `first_audio_edge`.
    package static let firstAudioBackend = TurnMetric("first_audio_backend", censoring: .never) {
        backend(of: .firstAudio, $0)
    }

    /// What of `barge_in_cut` passes between caller and gateway.
    ///
    /// From the scheduled onset of the interruption to the gateway's forwarding it upstream, and
    /// from the arrival of what stops the agent at the gateway to the last audible sample played.
    /// Milliseconds; below zero where the caller heard the last of the agent before that. Over:
    /// interruptions with a value of `barge_in_cut` and both instants of a gateway.
    package static let bargeInCutEdge = TurnMetric("barge_in_cut_edge", censoring: .never) {
        edge(of: .bargeInCut, $0)
    }

    /// What of `barge_in_cut` passes between gateway and agent, its noticing included.
    ///
    /// From the gateway's forwarding of the onset to the arrival of what stops the agent: the
    /// protocol's stop event; without one there are no legs. Milliseconds. Over interruptions as
    /// `barge_in_cut_edge`.
    package static let bargeInCutBackend = TurnMetric("barge_in_cut_backend", censoring: .never) {
        backend(of: .bargeInCut, $0)
    }

    private static func backend(of whole: TurnMetric, _ context: TurnInContext) -> Sample? {
        guard case .value = whole.sample(context), let span = context.behindGateway else {
            return nil
        }
        return .value(span.milliseconds)
    }

    private static func edge(of whole: TurnMetric, _ context: TurnInContext) -> Sample? {
        guard case .value(let all) = whole.sample(context), let span = context.behindGateway else {
            return nil
        }
        return .value(all - span.milliseconds)
    }
}

extension TurnInContext {
    /// From what the gateway forwarded to what it received for it; `nil` without a gateway.
    fileprivate var behindGateway: Nanoseconds? {
        guard let forwarded = turn.gatewayForwarded, let received = turn.gatewayReceived else {
            return nil
        }
        return received - forwarded
    }
}
