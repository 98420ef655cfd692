import Analysis
import Foundation

/// The page that GitHub Actions shows for a step: a file that every step appends Markdown to.
enum StepSummary {
    private static let variable = "GITHUB_STEP_SUMMARY"

    /// Appends; does nothing where no such file is announced.
    static func append(_ markdown: String) throws(CommandFailure) {
        guard let place = ProcessInfo.processInfo.environment[variable], !place.isEmpty else {
            return
        }
        let descriptor = open(place, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(place) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data((markdown + "\n").utf8))
        } catch {
            throw failure(place)
        }
    }

    private static func failure(_ place: String) -> CommandFailure {
        CommandFailure(
            status: .environment,
            message: "cannot append to \(place) ($\(variable)): "
                + String(cString: strerror(errno)))
    }
}
