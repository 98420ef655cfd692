/// A description split into its sections, before anything in them is understood.
struct SDPOutline {
    var sessionID: UInt64 = 0
    var attributes: [SDPLine] = []
    var sections: [SDPSectionOutline] = []

    static let sectionLimit = 64

    init(_ text: String) throws(SDPProblem) {
        var lines = try SDPLine.all(of: text)[...]
        guard let first = lines.popFirst(), first.kind == UInt8(ascii: "v"), first.value == "0"
        else {
            throw SDPProblem(
                .syntax, line: 1, "this is no session description: one begins with v=0")
        }
        for line in lines {
            switch line.kind {
            case UInt8(ascii: "m"):
                guard sections.count < SDPOutline.sectionLimit else {
                    throw SDPProblem(
                        .tooLarge, line: line.number,
                        "the description has more than \(SDPOutline.sectionLimit) sections")
                }
                sections.append(try SDPSectionOutline(line))
            case UInt8(ascii: "a") where sections.isEmpty:
                attributes.append(line)
            case UInt8(ascii: "a"):
                sections[sections.count - 1].attributes.append(line)
            case UInt8(ascii: "o"):
                let words = line.value.sdpWords
                if words.count > 1 { sessionID = words[1].sdpNumber() ?? 0 }
            default:
                continue
            }
        }
        try checkNames()
    }

    /// The names of the first BUNDLE group that has `mid` in it, else none.
    func bundle(around mid: String?) -> [String] {
        guard let mid else { return [] }
        for line in attributes where line.name == "group" {
            let words = line.value.sdpWords
            if words.first == "BUNDLE", words.dropFirst().contains(where: { $0 == mid }) {
                return words.dropFirst().map(String.init)
            }
        }
        return []
    }

    private func checkNames() throws(SDPProblem) {
        var seen: Set<Substring> = []
        for section in sections {
            guard let line = section.first("mid") else { continue }
            guard line.value.isSDPToken() else {
                throw SDPProblem(
                    .syntax, line: line.number,
                    "\(line.value.sdpQuoted) is no name; a mid has 1 to 64 visible characters")
            }
            guard seen.insert(line.value).inserted else {
                throw SDPProblem(
                    .syntax, line: line.number,
                    "two sections are named \(line.value.sdpQuoted); give each its own mid")
            }
        }
    }
}

/// One `m=` line and the attributes below it.
struct SDPSectionOutline {
    /// Of its `m=` line, 1-based.
    let line: Int
    let media: String
    let port: UInt16
    let profile: String
    let formats: [Substring]
    var attributes: [SDPLine] = []

    init(_ line: SDPLine) throws(SDPProblem) {
        let words = line.value.sdpWords
        guard words.count >= 4, words.allSatisfy({ $0.isSDPToken() }),
            let port = words[1].sdpSplit(at: "/").0.sdpNumber(UInt16.self)
        else {
            throw SDPProblem(
                .syntax, line: line.number,
                "m=\(line.value.sdpQuoted) is not '<media> <port> <transport> <formats>'")
        }
        self.line = line.number
        media = String(words[0])
        self.port = port
        profile = String(words[2])
        formats = Array(words[3...])
    }

    /// Port 0, unless the section only waits for a shared transport (RFC 9143 §6).
    var isRefused: Bool { port == 0 && first("bundle-only") == nil }

    var mid: String? { first("mid").map { String($0.value) } }

    func first(_ name: String) -> SDPLine? { attributes.first { $0.name == name } }
}

/// The attributes that hold for a section: its own, and the session's where it has none.
struct SDPAttributes {
    let own: [SDPLine]
    let session: [SDPLine]

    func first(_ name: String) -> SDPLine? {
        own.first { $0.name == name } ?? session.first { $0.name == name }
    }

    func all(_ name: String) -> [SDPLine] {
        let mine = own.filter { $0.name == name }
        return mine.isEmpty ? session.filter { $0.name == name } : mine
    }

    func has(_ name: String) -> Bool { first(name) != nil }
}
