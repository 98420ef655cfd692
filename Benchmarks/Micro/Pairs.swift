import Audio
import Planning
import Timeline

/// What a packet or message out and one in cost a caller, all told, without the kernel.
enum Pairs {
    static func all(clips: String) -> [Benchmark] {
        [
            pair("rtp-pair", .packets(.opus), clips),
            pair("rtp-pcmu-pair", .packets(.pcmu), clips),
            pair("websocket-binary-pair", .messages(.binary, .opus), clips),
            pair("openai-realtime-pair", .messages(.openAIRealtime, .pcm16), clips),
        ]
    }

    private static func pair(
        _ name: String, _ path: PathConfiguration, _ clips: String
    ) -> Benchmark {
        Benchmark(name: name, operation: "20 ms of a caller: one out, one in") {
            let callers = try Callers(path, talker: talker(path), clips: clips)
            callers.warmUp()
            return { atLeast in
                let count = callers.run(rounds: max(1, atLeast / Callers.count))
                precondition(!callers.isOver, "a caller hung up")
                return count
            }
        }
    }

    static func talker(_ path: PathConfiguration) throws -> any Talker {
        if path.dialect == nil { return try PacketTalker(path) }
        return try MessageTalker(path)
    }
}

extension PathConfiguration {
    static func packets(_ codec: CodecName) -> PathConfiguration {
        PathConfiguration(
            name: "rtp", transport: .rtp, codec: codec, player: .jitterBuffer(.milliseconds(60)))
    }

    static func messages(_ dialect: DialectName, _ codec: CodecName) -> PathConfiguration {
        PathConfiguration(
            name: "websocket", transport: .websocket, dialect: dialect, codec: codec,
            player: .playback(flushesOnEvent: true))
    }
}
