/// Which module may import which: the table of the Architecture page.
enum ModuleTable {
    private static let cores = [
        "Timeline", "Audio", "Planning", "LinkModel", "RTPCore", "WebRTCCore", "Dialects",
    ]
    private static let nio = [
        "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOSSL", "NIOTLS",
        "NIOConcurrencyHelpers", "NIOFoundationCompat",
    ]
    private static let foundation = ["Foundation", "FoundationEssentials", "FoundationNetworking"]

    /// The C library, for its arithmetic; its clocks and generators are banned by name.
    private static let everywhere = ["Swift", "Glibc", "Musl", "Darwin", "Synchronization"]

    /// Modules that read or write files and documents, off the packet path.
    private static let mayUseFoundation = [
        "Planning", "Analysis", "ResultStore", "Reports", "Drivers", "Impairment",
    ]

    /// Folders that read files in modules that otherwise do without Foundation.
    private static let foldersWithFoundation = ["Sources/Audio/Clip/"]

    private static let allowed: [String: [String]] = [
        "Timeline": [],
        "Audio": ["Timeline", "COpus"],
        "Planning": ["Timeline", "Audio", "Yams"],
        "LinkModel": ["Timeline"],
        "RTPCore": ["Timeline", "COpenSSL"],
        "WebRTCCore": ["Timeline", "RTPCore", "COpenSSL"],
        "Dialects": ["Timeline", "Audio"],
        "Callers": cores,
        "ReferenceAgent": cores,
        "Gateway": cores,
        "Drivers": cores + nio
            + [
                "Callers", "ReferenceAgent", "Gateway", "CSockets", "COpenSSL", "AsyncHTTPClient",
                "Logging", "Dispatch",
            ],
        "Simulation": cores + ["Callers", "ReferenceAgent", "Gateway"],
        "Impairment": ["Timeline", "LinkModel"],
        "Analysis": ["Timeline", "Planning", "CZlib"],
        "ResultStore": ["Timeline", "Planning", "Analysis", "GRDB"],
        "Reports": ["Timeline", "Analysis", "ResultStore"],
        "Web": [
            "Hummingbird", "HummingbirdCore", "HTTPTypes", "Logging", "NIOCore", "NIOPosix",
        ],
    ]

    /// Composition: it may import everything.
    private static let tool = "talkover"

    /// Wrappers of C libraries hold no Swift.
    private static let cWrappers = ["COpus", "COpenSSL", "CZlib", "CSockets"]

    static func offences(in repository: Repository) -> [Offence] {
        repository.swiftSources.flatMap { file -> [Offence] in
            guard let module = file.module, module != tool else { return [] }
            guard !cWrappers.contains(module), let named = allowed[module] else {
                return [
                    Offence(
                        file: file.path,
                        line: 0,
                        what: "module \(module) is not in the table",
                        remedy: "give it a line in the Architecture page and in ModuleTable"
                    )
                ]
            }
            var mayImport = named + everywhere
            let readsFiles = foldersWithFoundation.contains { file.path.hasPrefix($0) }
            if readsFiles || mayUseFoundation.contains(module) { mayImport += foundation }
            let others = imports(of: file).filter { !mayImport.contains($0.module) }
            return others.map { line, imported in
                Offence(
                    file: file.path,
                    line: line,
                    what: "\(module) imports \(imported)",
                    remedy: foundation.contains(imported)
                        ? "this module does without it: use the standard library"
                        : "the module table does not allow it: pass a value in, or move the code"
                )
            }
        }
    }

    private static let modifiers = ["package", "public", "internal", "private", "fileprivate"]
    private static let kinds = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]

    /// Every module a file imports, with the line.
    static func imports(of file: SourceFile) -> [(line: Int, module: String)] {
        file.codeLines.enumerated().compactMap { index, line in
            var words = line.split(separator: " ").drop {
                $0.hasPrefix("@") || modifiers.contains(String($0))
            }
            guard words.popFirst() == "import" else { return nil }
            if let kind = words.first, kinds.contains(String(kind)) { words.removeFirst() }
            guard let name = words.first?.split(separator: ".").first else { return nil }
            return (index + 1, String(name))
        }
    }
}
