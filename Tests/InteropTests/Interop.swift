import Foundation
import Testing

/// Calls with other implementations of WebRTC, in real time, one test after another.
@Suite(.serialized) enum Interop {
    static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Something that is not of this project, and not on this machine.
    struct Missing: Error, CustomStringConvertible {
        let what: String
        var description: String { "\(what); run .ci/install-interop, or make test, which does" }
    }

    /// The built command: beside the tests' own executable.
    static var talkover: URL {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let beside = URL(fileURLWithPath: own).deletingLastPathComponent()
                .appendingPathComponent("talkover")
            if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
            return repository.appendingPathComponent(".build/debug/talkover")
        }
    }

    /// A program of Tests/Interop.
    static func peer(_ name: String) -> String {
        repository.appendingPathComponent("Tests/Interop/\(name)").path
    }

    /// The interpreter that has aiortc, of the versions these tests were written for.
    static var python: URL {
        get throws {
            let place = repository.appendingPathComponent(".build/interop-venv")
            let python = place.appendingPathComponent("bin/python")
            guard FileManager.default.isExecutableFile(atPath: python.path) else {
                throw Missing(what: "there is no \(python.path)")
            }
            let made = try? Data(contentsOf: place.appendingPathComponent("requirements.txt"))
            guard made == (try Data(contentsOf: URL(fileURLWithPath: peer("requirements.txt"))))
            else { throw Missing(what: "\(place.path) is not of the versions listed") }
            return python
        }
    }

    /// - Parameter names: any of which would do.
    static func require(_ names: String...) throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in path.split(separator: ":") {
            for name in names
            where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") { return }
        }
        throw Missing(what: "there is no \(names.joined(separator: " or ")) on PATH")
    }
}
