/// Reads `Link` fields (RFC 8288 §3), of which signalling wants the ICE servers.
struct LinkField {
    let target: String
    /// Names in lower case; of several with one name the first counts.
    let parameters: [(name: String, value: String)]

    func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// The servers in a response's `Link` fields whose relation is `ice-server` (RFC 9725 §4.6).
    static func iceServers(_ fields: [HTTPField]) -> [SignallingICEServer] {
        fields.all("link").flatMap(read).compactMap { link in
            let relations = link.parameter("rel")?.split(separator: " ") ?? []
            guard relations.contains(where: { $0.lowercased() == "ice-server" }) else { return nil }
            return SignallingICEServer(
                urls: [link.target], username: link.parameter("username"),
                credential: link.parameter("credential")
            )
        }
    }

    /// The links of one field; what cannot be read ends the list.
    static func read(_ text: String) -> [LinkField] {
        var cursor = Cursor(rest: text[...])
        var links: [LinkField] = []
        repeat {
            while cursor.take(",") {}
            guard let link = cursor.link() else { break }
            links.append(link)
        } while cursor.take(",")
        return links
    }

    private struct Cursor {
        var rest: Substring

        mutating func take(_ character: Character) -> Bool {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        mutating func link() -> LinkField? {
            guard take("<"), let end = rest.firstIndex(of: ">") else { return nil }
            let target = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            var parameters: [(String, String)] = []
            while take(";") {
                guard let parameter = parameter() else { return nil }
                if !parameter.0.isEmpty { parameters.append(parameter) }
            }
            return target.isEmpty ? nil : LinkField(target: target, parameters: parameters)
        }

        private mutating func parameter() -> (String, String)? {
            let name = word().lowercased()
            guard take("=") else { return (name, "") }
            guard take("\"") else { return (name, word()) }
            var value = ""
            while let character = rest.popFirst() {
                if character == "\"" { return (name, value) }
                if character == "\\" {
                    guard let escaped = rest.popFirst() else { return nil }
                    value.append(escaped)
                } else {
                    value.append(character)
                }
            }
            return nil
        }

        private mutating func word() -> String {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            let word = rest.prefix { !",;=\" \t".contains($0) }
            rest = rest[word.endIndex...]
            return String(word)
        }
    }
}
