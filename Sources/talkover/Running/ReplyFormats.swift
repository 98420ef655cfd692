import Audio
import Planning
import ReferenceAgent
import Timeline

/// The formats an agent's replies are prepared in: as an option of `talkover agent`, `opus:20` or `pcm16`.
///
/// Encoding for formats that nobody will ask for costs a second at every start.
struct ReplyFormats {
    let formats: [ReplyLibrary.Format]

    /// What these paths will ask for.
    init(_ paths: [PathPlan]) {
        var formats: [ReplyLibrary.Format] = []
        for path in paths {
            let configuration = path.configuration
            // Behind a gateway the agent speaks to that, not to the caller.
            let format = ReplyLibrary.Format(
                codec: configuration.upstream?.codec ?? configuration.codec,
                interval: configuration.ptime)
            if !formats.contains(format) { formats.append(format) }
        }
        self.formats = formats
    }

    /// Reads option values; `nil` when one is no format.
    ///
    /// None at all means every format.
    init?(names: [String]) {
        guard !names.isEmpty else {
            formats = ReplyLibrary.Format.all
            return
        }
        var formats: [ReplyLibrary.Format] = []
        for name in names {
            let parts = name.split(separator: ":")
            guard let first = parts.first, let codec = CodecName(rawValue: String(first)) else {
                return nil
            }
            let milliseconds = parts.count > 1 ? Int64(parts[1]) : 20
            guard let milliseconds else { return nil }
            formats.append(ReplyLibrary.Format(codec: codec, interval: .milliseconds(milliseconds)))
        }
        self.formats = formats
    }

    var names: [String] {
        formats.map { format in
            format.codec == .opus
                ? "opus:\(format.interval.count / 1_000_000)" : format.codec.rawValue
        }
    }
}
