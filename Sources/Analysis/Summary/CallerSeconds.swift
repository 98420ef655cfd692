package import Timeline

/// How long callers were connected, over all paths that share the generator.
package struct CallerSeconds: Sendable {
    private let spans: [(from: RunInstant, to: RunInstant)]

    package init(_ paths: [PathMaterial]) {
        spans = paths.flatMap(\.calls).compactMap { call in
            guard let connected = call.connected, let ended = call.ended else { return nil }
            return (connected, ended)
        }
    }

    /// Connected caller-seconds between two instants.
    package func total(from start: RunInstant, to end: RunInstant) -> Double {
        spans.reduce(into: 0.0) { sum, span in
            let clipped = min(span.to, end) - max(span.from, start)
            if clipped > .zero { sum += clipped.seconds }
        }
    }
}
