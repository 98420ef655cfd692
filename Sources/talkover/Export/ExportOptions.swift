import ArgumentParser
import Reports

/// Where observations go while a run is going on.
struct ExportOptions: ParsableArguments {
    @Option(
        name: .customLong("out"),
        help: ArgumentHelp(
            "Write each call, turn and second as it is over: jsonl=FILE or csv=FILE; may be given"
                + " again. - is stdout.",
            valueName: "format=file"))
    var files: [ExportFile] = []

    @Option(
        help: ArgumentHelp(
            "Serve where the run stands at http://127.0.0.1:PORT/metrics, for Prometheus; 0 picks"
                + " a port.",
            valueName: "port"))
    var prometheus: UInt16?

    /// Whether one of the files is stdout.
    var takesStdout: Bool { files.contains { $0.place == "-" } }

    func validate() throws {
        let places = files.map(\.place)
        if let twice = places.first(where: { place in places.count { $0 == place } > 1 }) {
            throw ValidationError("--out: two formats cannot share \(twice)")
        }
    }
}

/// One `--out`: a format and a file.
struct ExportFile: ExpressibleByArgument {
    let format: LiveLine.Format
    /// As it was given; `-` for stdout.
    let place: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let format = LiveLine.Format(rawValue: parts[0]) else { return nil }
        self.format = format
        place = parts[1]
    }
}
