package import Audio
import Foundation

/// A scenario as people write it: YAML in, a validated value or every problem out.
package enum ScenarioFile {
    /// Reads a scenario, its overrides, and looks up every clip it names.
    ///
    /// - Parameters:
    ///   - path: the file; problems name it as it is given here.
    ///   - overrides: what the command line changes.
    ///   - environment: the value of TALKOVER_CLIPS, more folders of clips, parted by colons.
    package static func load(
        path: String, overrides: ScenarioOverrides = ScenarioOverrides(), environment: String? = nil
    ) -> Result<Scenario, ScenarioProblems> {
        let reader = ScenarioReader(file: path, files: .trusting)
        guard let text = text(of: path, reader: reader) else {
            return .failure(ScenarioProblems(reader.problems))
        }
        return parse(
            text, file: path, overrides: overrides,
            library: library(for: path, environment: environment)
        )
    }

    /// Reads a scenario from text.
    ///
    /// - Parameters:
    ///   - file: how problems name it; files it refers to are relative to its folder.
    ///   - library: where its clips are; `nil` believes that they exist, as for a scenario
    ///     that was validated before it was stored.
    package static func parse(
        _ text: String, file: String, overrides: ScenarioOverrides = ScenarioOverrides(),
        library: ClipLibrary? = nil
    ) -> Result<Scenario, ScenarioProblems> {
        let files = library.map { FileLookup(library: $0, folder: folder(of: file)) } ?? .trusting
        return parse(text, file: file, overrides: overrides, files: files)
    }

    static func parse(
        _ text: String, file: String, overrides: ScenarioOverrides, files: FileLookup
    ) -> Result<Scenario, ScenarioProblems> {
        let reader = ScenarioReader(file: file, files: files)
        guard let root = YAMLReader.read(text, at: nil, problem: { reader.report($0, at: $1, $2) })
        else {
            return .failure(ScenarioProblems(reader.problems))
        }
        var application = OverrideApplication(root, reader: reader)
        application.apply(overrides)
        guard let source = overrides.isEmpty ? text : YAMLWriter.write(application.root) else {
            reader.report(.unreadable, at: .line(1), "cannot be written back with its overrides")
            return .failure(ScenarioProblems(reader.problems))
        }
        guard let scenario = reader.scenario(application.root, source: source) else {
            return .failure(ScenarioProblems(reader.problems))
        }
        return .success(scenario)
    }

    /// The clips a scenario can name: its own folder's, the working directory's gallery, and `environment`'s.
    package static func library(for path: String, environment: String? = nil) -> ClipLibrary {
        ClipLibrary(folders: clipFolders(for: path, environment: environment))
    }

    /// The folders of ``library(for:environment:)``, in the order they are searched.
    ///
    /// - Parameter environment: the value of TALKOVER_CLIPS, folders parted by colons.
    package static func clipFolders(for path: String, environment: String? = nil) -> [String] {
        var folders: [String] = []
        let more = environment?.split(separator: ":").map(String.init) ?? []
        let own = folder(of: path)
        // The scenario's own folder too: a WAV is named relative to it, 'clips' or not.
        for candidate in ["\(own)/clips", own.isEmpty ? "/" : own, "Scenarios/clips"] + more {
            let folder = candidate.hasPrefix("./") ? String(candidate.dropFirst(2)) : candidate
            if !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "" : String(path[..<slash])
    }

    /// The file's text; problems go to the reader.
    static func text(of path: String, reader: ScenarioReader) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            reader.report(.unreadable, at: .line(1), "no such file")
            return nil
        }
        guard !isFolder.boolValue else {
            reader.report(.unreadable, at: .line(1), "is a folder; name a file in it")
            return nil
        }
        // Never the whole of a device or a video: a byte over the limit is enough to refuse it.
        guard let handle = FileHandle(forReadingAtPath: path),
            let bytes = try? handle.read(upToCount: YAMLReader.bytesAtMost + 1) ?? Data()
        else {
            reader.report(.unreadable, at: .line(1), "cannot be read; check its permissions")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            reader.report(.syntax, at: .line(line + 1), "not UTF-8 text; save it as UTF-8")
            return nil
        }
        return text
    }
}

extension FileLookup {
    init(library: ClipLibrary, folder: String) {
        clipFault = { name in
            do throws(ClipProblem) {
                _ = try library.clip(named: name)
                return nil
            } catch {
                return error.code == .missing
                    ? .missing(known: library.names) : .unusable(error.message)
            }
        }
        resolve = { name in
            let candidates = name.hasPrefix("/") ? [name] : ["\(folder)/\(name)", name]
            return candidates.first { FileManager.default.isReadableFile(atPath: $0) }
        }
    }
}
