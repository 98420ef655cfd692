import Analysis
import Audio
import Drivers
import Foundation
import Planning
import Timeline

/// The folder of `--record`: one stereo WAV a call, caller left, agent as heard right.
struct RecordingFolder: Sendable {
    /// For the runner.
    let recording: CallRecording
    private let folder: String
    private let pathNames: [String]
    private let recordings: AsyncStream<(CallID, StereoRecording)>
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

    /// No more recordings come.
    func close() { feed.finish() }

    /// Writes recordings until ``close()``.
    ///
    /// - Returns: what kept one from being written, if anything did.
    func write() async -> String? {
        var problem: String?
        for await (id, sound) in recordings {
            let name = pathNames[id.path].map { $0.isLetter || $0.isNumber ? $0 : "-" }
            let file = "\(folder)/\(String(name))-\(id.number).wav"
            do {
                try Data(sound.wav()).write(to: URL(fileURLWithPath: file))
            } catch {
                problem = problem ?? "cannot write \(file): \(error.localizedDescription)"
            }
        }
        return problem
    }
}
