import Foundation

/// Tells this machine from everybody else's.
enum LoopbackURL {
    static func isLoopback(_ text: String) -> Bool {
        guard let host = URL(string: text)?.host else { return false }
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        return name == "localhost" || name == "::1" || name.hasPrefix("127.")
    }
}
