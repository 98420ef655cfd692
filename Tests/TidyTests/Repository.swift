import Foundation

/// The text files that git keeps, as the rules see them.
struct Repository: Sendable {
    /// Sorted by path.
    let files: [SourceFile]

    /// The repository this file is part of.
    static let current = Repository(
        root: URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    )

    /// A repository that exists only here, for testing the rules themselves.
    init(_ files: [String: String]) {
        self.files = files.map { SourceFile(path: $0.key, text: $0.value) }
            .sorted { $0.path < $1.path }
    }

    /// Reads what lies under `root`; a file that is not UTF-8 is left out.
    init(root: URL) {
        var found: [String: String] = [:]
        for path in Self.paths(under: root.path) {
            found[path] = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
        self.init(found)
    }

    var swiftSources: [SourceFile] { files.filter { $0.isSwift && $0.module != nil } }
    var swiftTests: [SourceFile] { files.filter { $0.isSwift && $0.testTarget != nil } }

    func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

    private static let folders = ["Sources", "Tests", "Scenarios", "Results", ".ci"]
    private static let topLevel = [
        "Package.swift", "README.md", "CHANGELOG.md", "Makefile", ".swift-format", ".editorconfig",
        ".gitignore",
    ]
    private static let textEndings = [
        ".swift", ".md", ".yaml", ".yml", ".json", ".html", ".txt", ".h", ".c", ".css", ".js",
        ".modulemap", ".sql",
    ]

    private static func paths(under root: String) -> [String] {
        var paths = topLevel
        for folder in folders {
            let inside = FileManager.default.enumerator(atPath: "\(root)/\(folder)")
            while let path = inside?.nextObject() as? String {
                paths.append("\(folder)/\(path)")
            }
        }
        return paths.filter(isKept)
    }

    /// Whether git keeps the file and it is text; what a run leaves in `Results` is neither.
    private static func isKept(_ path: String) -> Bool {
        if topLevel.contains(path) || path.hasPrefix(".ci/") { return true }
        if path.hasPrefix("Results/"), path != "Results/README.md" {
            guard path.hasPrefix("Results/reference/") else { return false }
        }
        return textEndings.contains { path.hasSuffix($0) }
    }
}
