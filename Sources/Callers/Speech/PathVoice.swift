import Audio
import Dialects
import Planning
import Timeline

/// Everything the callers of one path can say, encoded once and ready for the wire.
///
/// On RTP a frame is a codec payload, on WebSocket a whole message: callers copy, they never encode.
final class PathVoice: Sendable {
    struct Clip: Sendable {
        let name: String
        let firstFrame: Int
        let count: Int
        let timing: ClipTiming
    }

    let clips: [Clip]
    /// Text or binary on WebSocket; of no meaning on RTP.
    let form: MessageForm
    let interval: Nanoseconds
    private let silenceFrame: Int
    private let bytes: [UInt8]
    private let offsets: [Int]
    private let levels: [UInt8]

    init(path: PathPlan) {
        var store = FrameStore(path: path)
        interval = path.interval
        clips = path.speech.keys.sorted().compactMap { name in
            path.speech[name].map { store.add($0, named: name, interval: path.interval) }
        }
        silenceFrame = store.offsets.count - 1
        store.add(path.silence, at: 0)
        bytes = store.bytes
        offsets = store.offsets
        levels = store.levels
        form = store.form
    }

    func index(ofClip name: String) -> Int? { clips.firstIndex { $0.name == name } }

    /// Frame `position` of a clip, or the frame of silence.
    func frame(of clip: Int?, at position: Int) -> Int {
        clip.map { clips[$0].firstFrame + position } ?? silenceFrame
    }

    func withFrame<R>(_ frame: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[offsets[frame]..<offsets[frame + 1]]))
        }
    }

    /// RFC 6464 level of a frame, 0...127.
    func level(of frame: Int) -> UInt8 { levels[frame] }
}

private struct FrameStore {
    var bytes: [UInt8] = []
    var offsets = [0]
    var levels: [UInt8] = []
    var form = MessageForm.binary
    private let dialect: CallerDialect?

    init(path: PathPlan) {
        dialect = CallerDialect(path: path.configuration, interval: path.interval)
    }

    mutating func add(_ clip: EncodedClip, named name: String, interval: Nanoseconds)
        -> PathVoice.Clip
    {
        let first = offsets.count - 1
        for index in 0..<clip.count { add(clip, at: index) }
        return PathVoice.Clip(
            name: name,
            firstFrame: first,
            count: clip.count,
            timing: ClipTiming(
                onset: clip.onset,
                end: clip.end,
                length: interval * clip.count,
                pauses: clip.pauses.map { ClipTiming.Pause(start: $0.start, end: $0.end) }
            )
        )
    }

    mutating func add(_ clip: EncodedClip, at index: Int) {
        let level = clip.level(index)
        if let dialect {
            var message = WireBuffer()
            form = clip.withFrame(index) {
                dialect.audioMessage(frame: $0, level: level, into: &message)
            }
            bytes.append(contentsOf: message.bytes)
        } else {
            clip.withFrame(index) { bytes.append(contentsOf: $0) }
        }
        offsets.append(bytes.count)
        levels.append(level)
    }
}

extension CallerDialect {
    /// The dialect of a WebSocket path; `nil` on RTP.
    init?(path: PathConfiguration, interval: Nanoseconds) {
        guard let name = path.dialect else { return nil }
        let kind: DialectKind =
            switch name {
            case .openAIRealtime: .openAIRealtime
            case .binary: .binary
            }
        self.init(name: kind, codec: path.codec, interval: interval, session: path.session)
    }
}
