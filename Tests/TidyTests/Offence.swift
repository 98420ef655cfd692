/// One place that breaks a rule of this project, and what to do about it.
struct Offence: Equatable, CustomStringConvertible {
    /// Path from the repository's root.
    let file: String
    /// 1-based; 0 where the whole file is meant.
    let line: Int
    let what: String
    let remedy: String

    var description: String {
        "\(file)\(line > 0 ? ":\(line)" : ""): \(what): \(remedy)"
    }
}
