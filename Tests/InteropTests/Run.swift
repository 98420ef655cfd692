import Foundation
import Testing

/// A run that is over, by its JSON summary.
struct Run: CustomTestStringConvertible {
    let code: Int32?
    private let document: [String: Any]
    private let errors: String

    init(_ result: Program.Result) throws {
        code = result.code
        errors = result.errors
        let object = try? JSONSerialization.jsonObject(with: Data(result.output.utf8))
        document = try #require(object as? [String: Any], "\(result)")
    }

    var testDescription: String { "exit \(code ?? -1): \(errors)" }

    func path(_ name: String) throws -> MeasuredPath {
        let paths = document["paths"] as? [String: Any]
        return MeasuredPath(
            name: name, fields: try #require(paths?[name] as? [String: Any], "\(self)"))
    }
}

/// What a run has measured on one path.
struct MeasuredPath: CustomTestStringConvertible {
    struct Metric {
        let count: Int
        let least: Double
        let most: Double
    }

    let name: String
    let fields: [String: Any]

    private var calls: [String: Any] { fields["calls"] as? [String: Any] ?? [:] }
    var planned: Int { calls["planned"] as? Int ?? 0 }
    var connected: Int { calls["connected"] as? Int ?? 0 }
    var completed: Int { calls["completed"] as? Int ?? 0 }
    /// Calls by the reason they failed for.
    var failed: [String: Int] { calls["failed"] as? [String: Int] ?? [:] }
    /// A sentence for each reason.
    var examples: [String: String] { calls["failure_examples"] as? [String: String] ?? [:] }
    /// Calls by the kinds of candidate that carried them, ours first.
    var routes: [String: Int] { fields["routes"] as? [String: Int] ?? [:] }
    var refusedPackets: Int? { fields["packets_refused"] as? Int }
    var hearing: String? { fields["hearing"] as? String }

    /// `nil` where nothing was measured.
    subscript(metric: String) -> Metric? {
        let metrics = fields["metrics"] as? [String: Any]
        guard let metric = metrics?[metric] as? [String: Any], let count = metric["n"] as? Int,
            let least = metric["min"] as? Double, let most = metric["max"] as? Double
        else { return nil }
        return Metric(count: count, least: least, most: most)
    }

    func rate(_ name: String) -> Double? {
        let rates = fields["rates"] as? [String: Any]
        return (rates?[name] as? [String: Any])?["value"] as? Double
    }

    var testDescription: String {
        let figures = ["first_audio", "barge_in_cut", "connect"].map { name in
            "\(name) " + (self[name].map { "\($0.count): \($0.least)…\($0.most)" } ?? "none")
        }
        return
            "\(name): \(completed) of \(planned), \(examples), \(figures.joined(separator: ", "))"
    }
}
