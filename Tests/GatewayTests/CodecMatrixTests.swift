import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct CodecMatrixTests {
    struct Path: CustomTestStringConvertible, Sendable {
        let edge: CodecName
        let upstream: CodecName
        let kind: DialectKind
        let ptime: Nanoseconds
        let interval: Nanoseconds

        var testDescription: String {
            "\(edge) \(ptime) \(upstream) \(interval) \(kind)"
        }
    }

    static let paths: [Path] = {
        var paths: [Path] = []
        for edge in CodecName.allCases {
            for kind in DialectKind.allCases {
                for upstream in CodecName.allCases where kind.carries(upstream) {
                    // Other lengths where the codecs are the same, and where they are not.
                    var lengths: [(Int64, Int64)] = [(20, 20)]
                    if edge == upstream || edge == .opus { lengths += [(20, 60), (40, 20)] }
                    for (ptime, interval) in lengths {
                        paths.append(
                            Path(
                                edge: edge, upstream: upstream, kind: kind,
                                ptime: .milliseconds(ptime), interval: .milliseconds(interval)))
                    }
                }
            }
        }
        return paths
    }()

    @Test(arguments: paths) func `a tone goes up and down at its level, and takes its time`(
        _ path: Path
    ) throws {
        let rig = try Rig(
            edge: path.edge, upstream: path.upstream, kind: path.kind, ptime: path.ptime,
            interval: path.interval)
        let up = Sounds.tone(.milliseconds(600), rate: path.edge.sampleRate)
        let down = Sounds.tone(.milliseconds(600), rate: path.upstream.sampleRate)

        rig.say(try Sounds.frames(up, path.edge, path.ptime))
        let heard = rig.heard
        rig.agentSays(.replyStarted(1))
        for frame in try Sounds.frames(down, path.upstream, path.interval) {
            rig.agentSends(frame)
        }
        rig.agentSays(.replyEnded(1, cancelled: false))
        let first = rig.packets.count
        rig.run(for: .milliseconds(900))

        let heardUp = try Sounds.samples(heard, path.upstream)
        #expect(heardUp.count == path.upstream.sampleRate * 6 / 10)
        Self.expectTone(heardUp, rate: path.upstream.sampleRate, "up")
        let reply = rig.packets[first...].prefix(Int(.milliseconds(600) / path.ptime))
        #expect(reply.allSatisfy { $0.isAudible })
        let heardDown = try Sounds.samples(reply.map(\.payload), path.edge)
        Self.expectTone(heardDown, rate: path.edge.sampleRate, "down")
        #expect(rig.misunderstood == 0)
        #expect(rig.session.counts.edgeProblems + rig.session.counts.upstreamProblems == 0)
    }

    private static func expectTone(_ samples: [Int16], rate: Int, _ way: Comment) {
        let settled = samples.dropFirst(rate / 10).dropLast(rate / 50)
        #expect(abs(Decibels.rms(settled) + 20) < 1.5, way)
        let expected = Sounds.tone(.milliseconds(200), rate: rate)
        #expect(Sounds.likeness(expected, Array(settled), reach: rate / 400) > 0.95, way)
    }

    @Test func `frames that a codec does not have are refused when the call begins`() {
        #expect(throws: CodecProblem.self) { try Rig(ptime: .milliseconds(30)) }
        #expect(throws: CodecProblem.self) {
            try Rig(upstream: .pcm16, interval: .milliseconds(7))
        }
    }

    @Test func `opus frames of another length than agreed are transcoded, not lost`() throws {
        let rig = try Rig(edge: .opus, upstream: .opus, kind: .binary)
        let tone = Sounds.tone(.milliseconds(600), rate: 48_000)
        rig.agentSays(.replyStarted(1))
        for frame in try Sounds.frames(tone, .opus, .milliseconds(60)) { rig.agentSends(frame) }
        rig.agentSays(.replyEnded(1, cancelled: false))

        rig.run(for: .milliseconds(900))

        #expect(rig.audible.count == 30)
        let sound = try Sounds.samples(rig.audible.map(\.payload), .opus)
        #expect(abs(Decibels.rms(sound.dropFirst(4_800)) + 20) < 1.5)
    }
}
