import Audio
import Timeline

/// The gallery's clips and sounds made from them.
enum Gallery {
    static let replies = ["reply_short", "reply_hours", "reply_steps", "reply_long"]

    static var folder: String {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(4).joined(separator: "/") + "/Scenarios/clips"
    }

    static func clip(_ name: String) throws -> Clip {
        try ClipLibrary(folders: [folder]).clip(named: name)
    }

    /// A sound with silence around it; its audible span is found anew.
    static func padded(_ pcm: PCM, before: Nanoseconds, after: Nanoseconds) -> Clip? {
        func silence(_ span: Nanoseconds) -> [Int16] {
            [Int16](repeating: 0, count: span.samples(rate: pcm.sampleRate))
        }
        let samples = silence(before) + pcm.samples + silence(after)
        return Clip(name: "padded", pcm: PCM(sampleRate: pcm.sampleRate, samples: samples))
    }
}
