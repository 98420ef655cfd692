package import Foundation

/// The programs that were built with the tests, for tests that run them as a user does.
package enum BuiltProducts {
    /// Where the project's checkout is.
    package static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A program by its name: beside the tests' own executable.
    ///
    /// - Throws: when the system does not say where that is.
    package static func program(_ name: String) throws -> URL {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent()
            .appendingPathComponent(name)
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return repository.appendingPathComponent(".build/debug/\(name)")
    }
}
