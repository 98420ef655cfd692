import Analysis
import Audio
import Drivers
import Foundation
import NIOConcurrencyHelpers
import Planning
import Reports
import Timeline

/// The folder of `--record`: one stereo WAV a call, caller left, agent as heard right.
struct RecordingFolder: Sendable {
    /// For the runner.
    let recording: CallRecording
    private let folder: String
    private let pathNames: [String]
    private let recordings: AsyncStream<(CallID, StereoRecording)>
    private let kept = NIOLockedValueBox<[CallID: String]>([:])
    private let feed: AsyncStream<(CallID, StereoRecording)>.Continuation

    /// Makes the folder.
    init(_ folder: String, callsPerPath: Int, plan: Plan) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true
            )
        } catch {
            throw CommandFailure(
                status: .environment,
                message: "cannot make the folder \(folder): \(error.localizedDescription)"
            )
        }
        self.folder = folder
        pathNames = plan.paths.map(\.configuration.name)
        let (recordings, feed) = AsyncStream.makeStream(of: (CallID, StereoRecording).self)
        (self.recordings, self.feed) = (recordings, feed)
        recording = CallRecording(callsPerPath: callsPerPath, clips: plan.clips) { id, sound in
            feed.yield((id, sound))
        }
    }

    /// The file of each call that was written.
    var files: [CallID: String] { kept.withLockedValue(\.self) }

    /// No more recordings come.
    func close() { feed.finish() }

    /// Writes recordings until ``close()``.
    ///
    /// - Returns: what kept one from being written, if anything did.
    func write() async -> String? {
        var problem: String?
        for await (id, sound) in recordings {
            // Letters, digits, - and _ are all that a path's name may have.
            let file = "\(folder)/\(pathNames[id.path])-\(id.number).wav"
            do {
                try Data(sound.wav()).write(to: URL(fileURLWithPath: file))
                kept.withLockedValue { $0[id] = file }
            } catch {
                problem = problem ?? "cannot write \(file): \(error.localizedDescription)"
            }
        }
        return problem
    }
}

extension RecordingFolder {
    /// Recordings as a page can play them: by a reference from where the page will stand.
    ///
    /// - Parameter page: where the page goes; without a place of its own it plays nothing.
    static func sounds(
        _ files: [CallID: String], of material: RunMaterial, page: String?
    ) -> [CallSound] {
        guard let page, page != "-" else { return [] }
        let folder = URL(fileURLWithPath: page).standardizedFileURL.deletingLastPathComponent()
        return files.sorted { $0.key < $1.key }.compactMap { id, file in
            guard let path = material.paths.first(where: { $0.index == id.path }) else {
                return nil
            }
            let target = URL(fileURLWithPath: file).standardizedFileURL
            return CallSound(
                path: path.name, call: id.number,
                reference: reference(from: folder.pathComponents, to: target.pathComponents))
        }
    }

    /// Up to the folder that both are in, and down from there; percent-encoded.
    private static func reference(from folder: [String], to file: [String]) -> String {
        let shared = zip(folder, file).prefix { $0 == $1 }.count
        let up = [String](repeating: "..", count: folder.count - shared)
        let down = file.dropFirst(shared).map { component in
            component.addingPercentEncoding(withAllowedCharacters: .urlReference) ?? component
        }
        // A first component with a colon would read as a scheme.
        return (up.isEmpty ? ["."] : up).joined(separator: "/") + "/"
            + down.joined(separator: "/")
    }
}

extension CharacterSet {
    fileprivate static let urlReference = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
