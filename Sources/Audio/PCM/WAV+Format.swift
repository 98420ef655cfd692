extension WAV {
    /// The `fmt ` chunk of a file whose samples can be read.
    struct Format {
        let channels: Int
        let sampleRate: Int
        let bits: Int

        private static let pcm: UInt16 = 1
        private static let float: UInt16 = 3
        private static let extensible: UInt16 = 0xFFFE

        init(_ bytes: [UInt8], at body: Int, size: Int) throws(WAVProblem) {
            guard size >= 16 else {
                throw problem(
                    .missingFormat,
                    "the fmt chunk has \(size) bytes instead of 16 or more",
                    "sox in.wav -b 16 out.wav"
                )
            }
            var tag = little16(bytes, at: body)
            // The first two bytes of the subformat's GUID are the tag it stands for.
            if tag == Self.extensible, size >= 26 { tag = little16(bytes, at: body + 24) }
            channels = Int(little16(bytes, at: body + 2))
            sampleRate = Int(little32(bytes, at: body + 4))
            bits = Int(little16(bytes, at: body + 14))
            try check(tag: tag)
        }

        private func check(tag: UInt16) throws(WAVProblem) {
            guard tag != Self.float else {
                throw problem(
                    .floatingPoint,
                    "samples are \(bits)-bit floating point",
                    "sox in.wav -e signed-integer -b 16 out.wav"
                )
            }
            guard tag == Self.pcm else {
                throw problem(
                    .compressed,
                    "compressed sound (\(Self.name(of: tag)))",
                    "sox in.wav -e signed-integer -b 16 out.wav"
                )
            }
            guard [8, 16, 24, 32].contains(bits) else {
                throw problem(
                    .unsupportedDepth,
                    "samples have \(bits) bits; 8, 16, 24 and 32 can be read",
                    "sox in.wav -b 16 out.wav"
                )
            }
            guard channels == 1 || channels == 2 else {
                throw problem(
                    .unsupportedChannels,
                    "\(channels) channels; one or two can be read",
                    "sox in.wav -b 16 -c 1 out.wav"
                )
            }
            guard rates.contains(sampleRate) else {
                throw problem(
                    .unsupportedRate,
                    "\(sampleRate) samples per second; "
                        + "\(rates.lowerBound) to \(rates.upperBound) can be used",
                    "sox in.wav -b 16 -r 16000 out.wav"
                )
            }
        }

        private static func name(of tag: UInt16) -> String {
            switch tag {
            case 2: "Microsoft ADPCM"
            case 6: "A-law"
            case 7: "µ-law"
            case 0x11: "IMA ADPCM"
            case 0x31: "GSM 6.10"
            case 0x55: "MP3"
            default: "format tag \(tag)"
            }
        }
    }
}
