import Yams

/// Turns YAML text into values with places, refusing what would take unbounded time or memory.
enum YAMLReader {
    /// A scenario is a few kilobytes; more than this is another kind of file.
    static let bytesAtMost = 1 << 20
    static let depthAtMost = 32
    static let valuesAtMost = 100_000
    /// Aliases nested in one another multiply: 30 of them make at most 3^10 copies.
    static let aliasesAtMost = 30

    /// - Parameters:
    ///   - place: where the text came from, for all of it; `nil` counts its lines.
    ///   - problem: called once when the text cannot be read.
    /// - Returns: `nil` when it cannot be read, or is empty.
    static func read(
        _ text: String, at place: Place?,
        problem: (ScenarioProblem.Code, Place, String) -> Void
    ) -> YAMLValue? {
        if let fault = boundsFault(of: text) {
            problem(.syntax, place ?? .line(fault.line), fault.message)
            return nil
        }
        // The library keeps a pointer to the text: one too small for the heap has no lasting address.
        var padded = text + String(repeating: "\n", count: text.utf8.count < 16 ? 16 : 1)
        padded.makeContiguousUTF8()
        do {
            guard let root = try Parser(yaml: padded, encoding: .utf8).singleRoot() else {
                problem(.syntax, place ?? .line(1), "there is nothing in it")
                return nil
            }
            var conversion = Conversion(fixedPlace: place)
            return try conversion.value(root, depth: 0)
        } catch let fault as YAMLFault {
            problem(.syntax, place ?? .line(fault.line), fault.message)
        } catch let error as YamlError {
            let fault = YAMLFault(error, in: text)
            problem(.syntax, place ?? .line(fault.line), fault.message)
        } catch {
            problem(.syntax, place ?? .line(1), "not valid YAML")
        }
        return nil
    }

    private static func boundsFault(of text: String) -> YAMLFault? {
        guard text.utf8.count <= bytesAtMost else {
            return YAMLFault(line: 1, message: "larger than 1 MB, which no scenario is")
        }
        var line = 1
        var aliases = 0
        var before: UInt8 = 0x0A
        var mayBeAlias = false
        for byte in text.utf8 {
            if mayBeAlias, byte > 0x20 { aliases += 1 }
            guard aliases <= aliasesAtMost else {
                return YAMLFault(
                    line: line,
                    message: "more than \(aliasesAtMost) aliases (*name); write them out"
                )
            }
            // An alias begins where a value begins: after space, or punctuation of a flow.
            mayBeAlias =
                byte == UInt8(ascii: "*") && (before <= 0x20 || ",[{:?-".utf8.contains(before))
            if byte == 0x0A { line += 1 }
            before = byte
        }
        return nil
    }

    /// Copies nodes into values, counting them: an alias copies all that it stands for.
    private struct Conversion {
        let fixedPlace: Place?
        var count = 0

        mutating func value(_ node: Node, depth: Int) throws(YAMLFault) -> YAMLValue {
            let line = node.mark?.line ?? 1
            count += 1
            guard count <= valuesAtMost else {
                throw YAMLFault(line: line, message: "more than \(valuesAtMost) values")
            }
            guard depth <= depthAtMost else {
                throw YAMLFault(line: line, message: "nested more than \(depthAtMost) levels deep")
            }
            let place = fixedPlace ?? .line(line)
            switch node {
            case .scalar(let scalar):
                let isPlain = scalar.style == .plain || scalar.style == .any
                return YAMLValue(place: place, .scalar(scalar.string, isPlain: isPlain))
            case .sequence(let items):
                var values: [YAMLValue] = []
                for item in items { values.append(try value(item, depth: depth + 1)) }
                return YAMLValue(place: place, .sequence(values))
            case .mapping(let pairs):
                var entries: [YAMLEntry] = []
                for (key, item) in pairs { entries.append(try entry(key, item, depth: depth + 1)) }
                return YAMLValue(place: place, .mapping(entries))
            case .alias:
                throw YAMLFault(line: line, message: "an alias (*name) that stands for nothing")
            }
        }

        private mutating func entry(
            _ key: Node, _ item: Node, depth: Int
        ) throws(YAMLFault) -> YAMLEntry {
            let line = key.mark?.line ?? 1
            guard case .scalar(let name) = key else {
                throw YAMLFault(line: line, message: "a list or mapping stands where a key should")
            }
            return YAMLEntry(
                key: name.string, place: fixedPlace ?? .line(line),
                value: try value(item, depth: depth)
            )
        }
    }
}

/// Why text is not YAML that can be read.
struct YAMLFault: Error {
    let line: Int
    let message: String

    init(line: Int, message: String) {
        self.line = line
        self.message = message
    }

    init(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = min(mark.line, max(1, lines.count))
            let isTab =
                lines.indices.contains(line - 1)
                && lines[line - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
            let detail = [context?.text, problem].compactMap { $0 }.joined(separator: ", ")
            let said = isTab ? "a tab cannot indent; use spaces" : "not valid YAML: \(detail)"
            self.init(line: line, message: said)
        case .reader(let problem, let offset, _, _):
            let newlines = text.prefix(offset ?? 0).count(where: \.isNewline)
            self.init(line: newlines + 1, message: "not text that YAML allows: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            let first = context.mark
            let again = Self.repetition(of: key, after: first, in: text)
            self.init(
                line: again,
                message: again == first.line
                    ? "the key '\(key)' is there twice; keep one"
                    : "the key '\(key)' is already on line \(first.line); keep one"
            )
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            self.init(line: 1, message: "not valid YAML")
        }
    }

    /// The library tells where a doubled key is first; an editor should jump to the second.
    private static func repetition(of key: String, after first: Mark, in text: String) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard first.line < lines.count else { return first.line }
        let indent = String(repeating: " ", count: max(0, first.column - 1))
        for (offset, line) in lines[first.line...].enumerated() {
            let starts = [key, "\"\(key)\"", "'\(key)'"].map { indent + $0 }
            if starts.contains(where: { line.hasPrefix($0 + ":") || line.hasPrefix($0 + " :") }) {
                return first.line + 1 + offset
            }
        }
        return first.line
    }
}
