/// The suite's cases on UTF-8: 6.
enum AutobahnTexts {
    private static let greek: [UInt8] = [
        0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xCE, 0xBC, 0xCE, 0xB5,
    ]
    private static let edited = Array("edited".utf8)

    static let cases: [AutobahnCase] = {
        let mixed = Array("Hello-µ@ßöäüàá-UTF-8!!".utf8)
        let surrogate: [UInt8] = [0xED, 0xA0, 0x80]
        let bad = greek + surrogate + edited
        let empty = Frames.frame(1, isFinal: false)
        let more = Frames.frame(0, isFinal: false)
        let middle = Frames.frame(0, Array("middle frame payload".utf8), isFinal: false)
        return [
            .echo("6.1.1", .text([])),
            AutobahnCase(
                number: "6.1.2", said: empty + more + Frames.frame(0), expected: [.text([])]),
            AutobahnCase(
                number: "6.1.3", said: empty + middle + Frames.frame(0),
                expected: [.text(Array("middle frame payload".utf8))]),
            .echo("6.2.1", .text(mixed)), .echo("6.2.2", .text(mixed), fragment: 13),
            .echo("6.2.3", .text(mixed), fragment: 1), .echo("6.2.4", .text(greek), fragment: 1),
            .refusal("6.3.1", Frames.frame(1, bad), code: 1007),
            .refusal("6.3.2", Frames.message(1, bad, fragment: 1), code: 1007),
        ] + failFast + sequences
    }()

    /// What is said ends where it has become wrong: the rest of the message is not waited for.
    ///
    /// 6.4.3 and 6.4.4 cut within a frame; there the end of the frame may be waited for.
    private static let failFast: [AutobahnCase] = {
        let beyond: [UInt8] = [0xF4, 0x90, 0x80, 0x80]
        let begin = Frames.frame(1, greek, isFinal: false)
        let whole = Frames.frame(1, greek + beyond + edited)
        return [
            .refusal("6.4.1", begin + Frames.frame(0, beyond, isFinal: false), code: 1007),
            .refusal(
                "6.4.2",
                Frames.frame(1, greek + [0xF4], isFinal: false)
                    + Frames.frame(0, [0x90], isFinal: false), code: 1007),
            .refusal("6.4.3", whole, chop: 13, code: 1007),
            .refusal("6.4.4", whole, chop: 14, code: 1007),
        ]
    }()

    private static func sequences(_ group: Int, _ isText: Bool, _ texts: [[UInt8]])
        -> [AutobahnCase]
    {
        texts.enumerated().map { index, text in
            isText
                ? .echo("6.\(group).\(index + 1)", .text(text))
                : .refusal("6.\(group).\(index + 1)", Frames.frame(1, text), code: 1007)
        }
    }

    private static let cut: [[UInt8]] = [
        [0xC0], [0xE0, 0x80], [0xF0, 0x80, 0x80], [0xF8, 0x80, 0x80, 0x80],
        [0xFC, 0x80, 0x80, 0x80, 0x80], [0xDF], [0xEF, 0xBF], [0xF7, 0xBF, 0xBF],
        [0xFB, 0xBF, 0xBF, 0xBF], [0xFD, 0xBF, 0xBF, 0xBF, 0xBF],
    ]

    /// Those of Markus Kuhn's stress test that the suite sends, 6.5 to 6.23.
    private static let sequences: [AutobahnCase] =
        sequences(
            5, true,
            [
                "hello\u{24}world", "hello\u{A2}world", "hello\u{20AC}world",
                "hello\u{24B62}world",
            ].map { Array($0.utf8) } + [greek])
        + (1...greek.count).map { length in
            let isText = [2, 5, 7, 9, 11].contains(length)
            let text = Array(greek[..<length])
            return isText
                ? .echo("6.6.\(length)", .text(text))
                : .refusal("6.6.\(length)", Frames.frame(1, text), code: 1007)
        }
        + sequences(7, true, [[0], [0xC2, 0x80], [0xE0, 0xA0, 0x80], [0xF0, 0x90, 0x80, 0x80]])
        + sequences(
            8, false, [[0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80]])
        + sequences(
            9, true, [[0x7F], [0xDF, 0xBF], [0xEF, 0xBF, 0xBF], [0xF4, 0x8F, 0xBF, 0xBF]])
        + sequences(
            10, false,
            [
                [0xF7, 0xBF, 0xBF, 0xBF], [0xFB, 0xBF, 0xBF, 0xBF, 0xBF],
                [0xFD, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF],
            ])
        + sequences(
            11, true,
            [
                [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBD],
                [0xF4, 0x8F, 0xBF, 0xBF],
            ])
        + [.refusal("6.11.5", Frames.frame(1, [0xF4, 0x90, 0x80, 0x80]), code: 1007)]
        + sequences(
            12, false,
            [
                [0x80], [0xBF], [0x80, 0xBF], [0x80, 0xBF, 0x80], [0x80, 0xBF, 0x80, 0xBF],
                [0x80, 0xBF, 0x80, 0xBF, 0x80], [0x80, 0xBF, 0x80, 0xBF, 0x80, 0xBF],
                Array(0x80..<0xBF),
            ])
        + sequences(
            13, false,
            [0xC0..<0xDF, 0xE0..<0xEF, 0xF0..<0xF7, 0xF8..<0xFB, 0xFC..<0xFD].map { range in
                range.flatMap { [$0, 0x20] }
            })
        + sequences(14, false, cut) + sequences(15, false, [cut.flatMap { $0 }])
        + sequences(16, false, [[0xFE], [0xFF], [0xFE, 0xFE, 0xFF, 0xFF]])
        + sequences(
            17, false,
            [
                [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF],
                [0xF8, 0x80, 0x80, 0x80, 0xAF], [0xFC, 0x80, 0x80, 0x80, 0x80, 0xAF],
            ])
        + sequences(
            18, false,
            [
                [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
                [0xF8, 0x87, 0xBF, 0xBF, 0xBF], [0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF],
            ])
        + sequences(
            19, false,
            [
                [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],
                [0xF8, 0x80, 0x80, 0x80, 0x80], [0xFC, 0x80, 0x80, 0x80, 0x80, 0x80],
            ])
        + sequences(20, false, surrogates.map { $0 }) + sequences(21, false, pairs)
        + sequences(22, true, nonCharacters)
        + sequences(23, true, (0xB9...0xBF).map { [0xEF, 0xBF, $0] })

    private static let surrogates: [[UInt8]] = [
        [0xA0, 0x80], [0xAD, 0xBF], [0xAE, 0x80], [0xAF, 0xBF], [0xB0, 0x80], [0xBE, 0x80],
        [0xBF, 0xBF],
    ].map { [0xED] + $0 }

    private static let pairs: [[UInt8]] = surrogates[..<4].flatMap { high in
        [[0xED, 0xB0, 0x80], [0xED, 0xBF, 0xBF]].map { high + $0 }
    }

    private static let nonCharacters: [[UInt8]] =
        [[0xEF, 0xBF, 0xBE], [0xEF, 0xBF, 0xBF]]
        + (0xF0...0xF4).flatMap { (first: UInt8) in
            [0x8F, 0x9F, 0xAF, 0xBF].flatMap { (second: UInt8) -> [[UInt8]] in
                guard first != 0xF0 || second != 0x8F, first != 0xF4 || second == 0x8F else {
                    return []
                }
                return [[first, second, 0xBF, 0xBE], [first, second, 0xBF, 0xBF]]
            }
        }
}
