import Audio

/// The `format` objects of a session, as in `{"type":"audio/pcm","rate":24000}`.
enum AudioFormatName {
    static func json(_ codec: CodecName) -> JSONValue {
        switch codec {
        case .pcm16: ["type": "audio/pcm", "rate": 24_000]
        case .pcmu: ["type": "audio/pcmu"]
        case .pcma: ["type": "audio/pcma"]
        case .opus: ["type": "audio/opus"]
        }
    }

    /// The codec that a format object names.
    ///
    /// - Throws: `unsupported` for another type, or another rate than the type's own.
    static func codec(_ format: JSONValue) throws(DialectProblem) -> CodecName {
        let codec: CodecName
        switch format["type"]?.text {
        case "audio/pcm": codec = .pcm16
        case "audio/pcmu": codec = .pcmu
        case "audio/pcma": codec = .pcma
        case .some(let other):
            throw DialectProblem(
                .unsupported,
                "audio format '\(bounded(other, limit: 40))'; use audio/pcm, audio/pcmu, audio/pcma"
            )
        case nil: throw .missing("type", in: "an audio format")
        }
        if let rate = format["rate"]?.integer, rate != codec.sampleRate {
            throw DialectProblem(
                .unsupported, "a sample rate of \(rate) Hz; this format has \(codec.sampleRate)")
        }
        return codec
    }
}
