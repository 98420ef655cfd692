import BuiltProducts
import Foundation
import Testing

/// Calls with other implementations of WebRTC, in real time, one test after another.
@Suite(.serialized) enum Interop {
    static let repository = BuiltProducts.repository

    /// Something that is not of this project, and not on this machine.
    struct Missing: Error, CustomStringConvertible {
        let what: String
        var description: String { "\(what); run .ci/install-interop, or make test, which does" }
    }

    static var talkover: URL {
        get throws { try BuiltProducts.program("talkover") }
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
