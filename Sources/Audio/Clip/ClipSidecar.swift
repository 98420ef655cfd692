#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The JSON file beside a clip: its words and its voiced samples.
struct ClipSidecar: Decodable {
    let transcript: String
    let sampleRate: Int
    /// Pairs of first and last voiced sample.
    let voiced: [[Int]]

    enum CodingKeys: String, CodingKey {
        case transcript, voiced
        case sampleRate = "sample_rate"
    }

    /// The clip of a sound and the bytes of its sidecar.
    static func clip(name: String, pcm: PCM, sidecar bytes: [UInt8]) throws(ClipProblem) -> Clip {
        func problem(_ found: String) -> ClipProblem {
            ClipProblem(
                code: .badSidecar,
                clip: name,
                message: "the JSON file beside clip '\(name)' \(found); right is "
                    + #"{"transcript": "…", "sample_rate": \#(pcm.sampleRate), "voiced": [[first, last], …]}"#
            )
        }
        let sidecar: ClipSidecar
        do {
            sidecar = try JSONDecoder().decode(ClipSidecar.self, from: Data(bytes))
        } catch {
            throw problem("is not what it should be")
        }
        guard sidecar.sampleRate == pcm.sampleRate else {
            throw problem("says \(sidecar.sampleRate) Hz, the sound has \(pcm.sampleRate) Hz")
        }
        guard sidecar.voiced.allSatisfy({ $0.count == 2 }) else {
            throw problem("has a voiced span that is no pair")
        }
        let voiced = sidecar.voiced.map { VoicedSpan(first: $0[0], last: $0[1]) }
        guard Clip.areSound(voiced, count: pcm.samples.count) else {
            throw problem(
                "has voiced spans out of order or outside the \(pcm.samples.count) samples")
        }
        return Clip(name: name, transcript: sidecar.transcript, pcm: pcm, voiced: voiced)
    }
}
