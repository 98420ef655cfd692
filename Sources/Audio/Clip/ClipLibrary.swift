/// Finds clips: those of the gallery by name, anyone's WAV by path.
package struct ClipLibrary: Sendable {
    /// Where clips are looked for, in this order.
    package let folders: [String]

    /// - Parameter folders: where `NAME.wav` and `NAME.json` lie; those that cannot be read count as empty.
    package init(folders: [String]) { self.folders = folders }

    /// Loads `NAME.wav` of the folders, or the WAV file at a path.
    ///
    /// A path ends in `.wav`; a relative one starts at the parent of the first folder, where
    /// scenarios lie. Words and voiced samples come from the JSON file of the same name
    /// beside it; where there is none, the energy gate finds the voiced samples.
    package func clip(named name: String) throws(ClipProblem) -> Clip {
        for path in candidates(for: name) {
            guard let bytes = FileBytes.read(path) else { continue }
            return try load(name: name, path: path, bytes: bytes)
        }
        throw missing(name)
    }

    /// The names of all clips of the folders, in alphabetical order.
    package var names: [String] {
        let files = folders.flatMap { FileBytes.entries(of: $0) }
        return Set(files.filter(Self.isWAV).map { String($0.dropLast(4)) }).sorted()
    }

    private func candidates(for name: String) -> [String] {
        guard Self.isWAV(name) else {
            return name.contains("/") ? [] : folders.map { "\($0)/\(name).wav" }
        }
        if name.hasPrefix("/") { return [name] }
        guard let first = folders.first else { return [name] }
        return ["\(first)/../\(name)"] + folders.map { "\($0)/\(name)" }
    }

    private func load(name: String, path: String, bytes: [UInt8]) throws(ClipProblem) -> Clip {
        let pcm: PCM
        do {
            pcm = try WAV.decode(bytes)
        } catch {
            throw ClipProblem(
                code: .badWAV, clip: name, message: "clip '\(name)': \(error.message)")
        }
        if let sidecar = FileBytes.read(String(path.dropLast(4)) + ".json") {
            return try ClipSidecar.clip(name: name, pcm: pcm, sidecar: sidecar)
        }
        guard let clip = Clip(name: name, pcm: pcm) else {
            throw ClipProblem(
                code: .notSpeech,
                clip: name,
                message: "clip '\(name)' is silent: nothing in it is over −45 dBFS for 30 ms; "
                    + "make it louder with: sox in.wav --norm=-3 out.wav"
            )
        }
        return clip
    }

    private func missing(_ name: String) -> ClipProblem {
        let wanted = Array(name.utf8)
        let nearest =
            names
            .map { (distance: Self.distance(wanted, Array($0.utf8)), name: $0) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .map(\.name)
        let known =
            nearest.isEmpty ? "none are there" : "there are " + nearest.joined(separator: ", ")
        let place = Self.isWAV(name) ? "no file at" : "no clip named"
        return ClipProblem(
            code: .missing,
            clip: name,
            message: "\(place) '\(name)'; \(known), or give the path of a .wav file"
        )
    }

    private static func isWAV(_ name: String) -> Bool { name.lowercased().hasSuffix(".wav") }

    /// How many letters must change to make one word of the other (Levenshtein, 1965).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
