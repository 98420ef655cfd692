import Foundation

/// Where clips are looked for beside the scenario's own folder and the working directory's gallery.
enum ClipFolders {
    /// `TALKOVER_CLIPS`, then the clips that were installed with this program; parted by colons.
    static var more: String? {
        search(
            environment: ProcessInfo.processInfo.environment["TALKOVER_CLIPS"],
            executable: try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        )
    }

    /// - Parameters:
    ///   - environment: the value of `TALKOVER_CLIPS`.
    ///   - executable: this program's own file, its links resolved; `nil` where nobody says.
    /// - Returns: folders parted by colons, the installed one last; `nil` for none.
    static func search(environment: String?, executable: String?) -> String? {
        let folders = [environment, executable.flatMap(installed)].compactMap(\.self)
        return folders.isEmpty ? nil : folders.joined(separator: ":")
    }

    /// The clips of an installation, `PREFIX/share/talkover/scenarios/clips` beside `PREFIX/bin`.
    private static func installed(_ executable: String) -> String? {
        let folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("share/talkover/scenarios/clips")
        // A colon in a prefix would part it; such a folder has to be named by hand.
        return folder.path.contains(":") ? nil : folder.path
    }
}
