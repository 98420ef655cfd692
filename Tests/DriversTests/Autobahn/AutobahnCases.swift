/// The suite's cases by its own numbers, but for those on text, which have a table of their own.
///
/// 10, 12 and 13 are not among them: compression is not offered. 7.1.6 and 7.13 have no verdict.
enum AutobahnCases {
    private static let hello = Array("Hello, world!".utf8)
    private static let sizes = [0, 125, 126, 127, 128, 65_535, 65_536]
    private static func stars(_ count: Int) -> [UInt8] { Array(repeating: 0x2A, count: count) }

    static let framing: [AutobahnCase] =
        sizes.enumerated().flatMap { index, size in
            [
                .echo("1.1.\(index + 1)", .text(stars(size))),
                .echo("1.2.\(index + 1)", .binary(Array(repeating: 0xFE, count: size))),
            ]
        } + [
            .echo("1.1.8", .text(stars(65_536)), chop: 997),
            .echo("1.2.8", .binary(Array(repeating: 0xFE, count: 65_536)), chop: 997),
        ]

    static let pings: [AutobahnCase] = {
        let binary: [UInt8] = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF]
        let long = Array(repeating: UInt8(0xFE), count: 125)
        let ping = { (payload: [UInt8]) in Frames.frame(9, payload) }
        let unasked = Frames.frame(10, Array("unsolicited pong payload".utf8))
        let ten = (0..<10).map { Array("payload-\($0)".utf8) }
        let asked = Array("ping payload".utf8)
        return [
            AutobahnCase(number: "2.1", said: ping([]), expected: [.pong([])]),
            AutobahnCase(number: "2.2", said: ping(hello), expected: [.pong(hello)]),
            AutobahnCase(number: "2.3", said: ping(binary), expected: [.pong(binary)]),
            AutobahnCase(number: "2.4", said: ping(long), expected: [.pong(long)]),
            .refusal("2.5", ping(long + [0xFE])),
            AutobahnCase(number: "2.6", said: ping(long), chop: 1, expected: [.pong(long)]),
            .close("2.7", Frames.frame(10) + Frames.close(1000)),
            .close("2.8", unasked + Frames.close(1000)),
            AutobahnCase(number: "2.9", said: unasked + ping(asked), expected: [.pong(asked)]),
            AutobahnCase(
                number: "2.10", said: ten.flatMap(ping), expected: ten.map { .pong($0) }),
            AutobahnCase(
                number: "2.11", said: ten.flatMap(ping), chop: 1, expected: ten.map { .pong($0) }),
        ]
    }()

    static let reserved: [AutobahnCase] = {
        let text = Frames.frame(1, hello)
        let ping = Frames.frame(9)
        let bad = { (bits: UInt8) in Frames.frame(1, hello, reserved: bits) }
        return [
            .refusal("3.1", bad(1)),
            .refusal("3.2", text + bad(2) + ping, after: [.text(hello)]),
            .refusal("3.3", text + bad(3) + ping, after: [.text(hello)]),
            .refusal("3.4", text + bad(4) + ping, chop: 1, after: [.text(hello)]),
            .refusal("3.5", Frames.frame(2, [0, 255], reserved: 5)),
            .refusal("3.6", Frames.frame(9, hello, reserved: 6)),
            .refusal("3.7", Frames.frame(8, reserved: 7)),
        ]
    }()

    static let opcodes: [AutobahnCase] = {
        let text = Frames.frame(1, hello)
        let ping = Frames.frame(9)
        let cases: [(String, [UInt8])] = [
            ("4.1", [3, 4, 5, 6, 7]), ("4.2", [11, 12, 13, 14, 15]),
        ]
        return cases.flatMap { group, opcodes in
            opcodes.enumerated().map { index, opcode in
                let bad = Frames.frame(opcode, index % 2 == 1 ? hello : [])
                return index < 2
                    ? .refusal("\(group).\(index + 1)", bad)
                    : .refusal(
                        "\(group).\(index + 1)", text + bad + ping, chop: index > 2 ? 1 : 0,
                        after: [.text(hello)])
            }
        }
    }()

    static let fragmentation: [AutobahnCase] = {
        let parts = (1...5).map { Array("fragment\($0)".utf8) }
        let begin = Frames.frame(1, parts[0], isFinal: false)
        let end = Frames.frame(0, parts[1])
        let middle = Frames.frame(0, parts[1], isFinal: false)
        let ping = Frames.frame(9, hello)
        let both = AutobahnCase.Event.text(parts[0] + parts[1])
        let orphan = Frames.frame(0, hello)
        let open = Frames.frame(0, hello, isFinal: false)
        let text = Frames.frame(1, hello)
        let whole = { (number: String, said: [UInt8], chop: Int, events: [AutobahnCase.Event]) in
            AutobahnCase(number: number, said: said, chop: chop, expected: events)
        }
        let long =
            begin + middle + ping + Frames.frame(0, parts[2], isFinal: false)
            + Frames.frame(0, parts[3], isFinal: false) + ping + Frames.frame(0, parts[4])
        let all: [AutobahnCase.Event] = [.pong(hello), .pong(hello), .text(parts.flatMap { $0 })]
        return [
            .refusal("5.1", Frames.frame(9, parts[0], isFinal: false) + end),
            .refusal("5.2", Frames.frame(10, parts[0], isFinal: false) + end),
            whole("5.3", begin + end, 0, [both]), whole("5.4", begin + end, begin.count, [both]),
            whole("5.5", begin + end, 1, [both]),
            whole("5.6", begin + ping + end, 0, [.pong(hello), both]),
            whole("5.7", begin + ping + end, begin.count, [.pong(hello), both]),
            whole("5.8", begin + ping + end, 1, [.pong(hello), both]),
            .refusal("5.9", orphan + text), .refusal("5.10", orphan + text, chop: orphan.count),
            .refusal("5.11", orphan + text, chop: 1),
            .refusal("5.12", open + text), .refusal("5.13", open + text, chop: open.count),
            .refusal("5.14", open + text, chop: 1),
            .refusal("5.15", begin + end + open + text, after: [both]),
            .refusal("5.16", middle + Frames.frame(1, parts[1], isFinal: false) + end),
            .refusal("5.17", end + Frames.frame(1, parts[1], isFinal: false) + end),
            .refusal("5.18", begin + Frames.frame(1, parts[1])),
            whole("5.19", long, 0, all), whole("5.20", long, begin.count, all),
        ]
    }()

    static let closing: [AutobahnCase] = {
        let text = Frames.frame(1, hello)
        let close = Frames.close(1000)
        let broken: [UInt8] = [0xCE, 0xBA, 0xED, 0xA0, 0x80, 0x65]
        let valid: [UInt16] = [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
        ]
        let invalid: [UInt16] = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999]
        return [
            .close("7.1.1", text + close, after: [.text(hello)]),
            .close("7.1.2", close + Frames.frame(8)), .close("7.1.3", close + Frames.frame(9)),
            .close("7.1.4", close + text),
            .close(
                "7.1.5", Frames.frame(1, hello, isFinal: false) + close + Frames.frame(0, hello)),
            .close("7.3.1", Frames.frame(8)), .refusal("7.3.2", Frames.frame(8, [0x61])),
            .close("7.3.3", close), .close("7.3.4", Frames.close(1000, hello)),
            .close("7.3.5", Frames.close(1000, stars(123))),
            .refusal("7.3.6", Frames.close(1000, stars(124))),
            .refusal("7.5.1", Frames.close(1000, broken), code: 1007),
        ]
            + valid.enumerated().map {
                .close("7.7.\($0 + 1)", Frames.close($1), codes: [$1])
            }
            + invalid.enumerated().map { .refusal("7.9.\($0 + 1)", Frames.close($1)) }
    }()

    /// With fewer round trips than the suite, and of some groups the first and the last.
    static let limits: [AutobahnCase] = {
        let pattern = Array("BAsd7&jh23".utf8)
        let payload = { (count: Int) in
            Array(repeating: pattern, count: count / 10 + 1).flatMap { $0 }.prefix(count)
        }
        let sizes = [64 << 10, 256 << 10, 1 << 20, 4 << 20, 8 << 20, 16 << 20]
        let whole = sizes.enumerated().flatMap { index, size in
            [
                AutobahnCase.echo("9.1.\(index + 1)", .text(Array(payload(size)))),
                .echo("9.2.\(index + 1)", .binary(Array(payload(size)))),
            ]
        }
        let four = stars(4 << 20)
        let pieces = [(1, 64), (4, 4_096), (9, 4 << 20)].flatMap { index, size in
            [
                AutobahnCase.echo("9.3.\(index)", .text(four), fragment: size),
                .echo("9.4.\(index)", .binary(four), fragment: size),
            ]
        }
        let one = Array(payload(1 << 20))
        let chops = [(1, 64), (6, 2_048)].flatMap { index, size in
            [
                AutobahnCase.echo("9.5.\(index)", .text(one), chop: size),
                .echo("9.6.\(index)", .binary(one), chop: size),
            ]
        }
        let many = [0, 16, 64, 256, 1_024, 4_096].enumerated().flatMap { index, size in
            [
                AutobahnCase.echo("9.7.\(index + 1)", .text(stars(size))),
                .echo("9.8.\(index + 1)", .binary(stars(size))),
            ].map { each in
                var each = each
                each.rounds = 20
                return each
            }
        }
        return whole + pieces + chops + many
    }()
}
