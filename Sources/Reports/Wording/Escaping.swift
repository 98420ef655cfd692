extension String {
    /// The text with some of its scalars replaced: how every report escapes what is not its own.
    ///
    /// By scalars and never by characters: to Swift a quote with an accent on it, and "\r\n", are
    /// characters of their own, which no comparison with a quote or a line end finds.
    ///
    /// - Parameter replacement: what stands for a scalar; `nil` where it stays.
    func escaping(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        for scalar in unicodeScalars {
            if let text = replacement(scalar) {
                result += text
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
