import Testing

@testable import Audio

@Suite struct WAVTests {
    /// A file with one fmt and one data chunk, and whatever else is asked for between them.
    private func file(
        tag: UInt16 = 1,
        channels: UInt16 = 1,
        rate: UInt32 = 16_000,
        bits: UInt16,
        data: [UInt8],
        extra: [UInt8] = [],
        extensible: UInt16? = nil
    ) -> [UInt8] {
        func little(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let block = channels * bits / 8
        var format = little(tag) + little(channels) + little(rate)
        format += little(rate * UInt32(block)) + little(block) + little(bits)
        if let extensible {
            format += little(UInt16(22)) + little(bits) + little(UInt32(4)) + little(extensible)
            format += [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        }
        var body = Array("WAVEfmt ".utf8) + little(UInt32(format.count)) + format + extra
        body += Array("data".utf8) + little(UInt32(data.count)) + data
        return Array("RIFF".utf8) + little(UInt32(body.count)) + body
    }

    private func code(_ bytes: [UInt8]) -> WAVProblem.Code? {
        do throws(WAVProblem) {
            _ = try WAV.decode(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `sixteen bits come back as they were written`() throws {
        let pcm = PCM(sampleRate: 22_050, samples: [0, 1, -1, 32_767, -32_768, 1_234])

        #expect(try WAV.decode(WAV.encode(pcm)) == pcm)
    }

    @Test func `other depths are brought to sixteen bits`() throws {
        let eight = try WAV.decode(file(bits: 8, data: [0, 128, 255]))
        let wide = try WAV.decode(file(bits: 24, data: [0, 1, 0, 0x80, 0xFF, 0x7F, 0, 0, 0x80]))
        let widest = try WAV.decode(file(bits: 32, data: [0, 0, 3, 0, 0xFF, 0xFF, 0xFF, 0x7F]))

        #expect(eight.samples == [-32_768, 0, 32_512])
        #expect(wide.samples == [1, 32_767, -32_768])
        #expect(widest.samples == [3, 32_767])
    }

    @Test func `two channels are mixed to one`() throws {
        let bytes = WAV.encode(left: [100, -100, 7], right: [300, -300], sampleRate: 48_000)

        #expect(try WAV.decode(bytes).samples == [200, -200, 3])
    }

    @Test func `the extensible form and unknown chunks are understood`() throws {
        let extra = Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        let bytes = file(tag: 0xFFFE, bits: 16, data: [5, 0, 6, 0], extra: extra, extensible: 1)

        #expect(try WAV.decode(bytes).samples == [5, 6])
    }

    @Test func `what cannot be read says what it is and how to make it right`() {
        #expect(code(Array("OggS and so on, no WAV at all".utf8)) == .notWAV)
        #expect(code(file(tag: 3, bits: 32, data: [0, 0, 0, 0])) == .floatingPoint)
        #expect(
            code(file(tag: 0xFFFE, bits: 32, data: [0, 0, 0, 0], extensible: 3)) == .floatingPoint)
        #expect(code(file(tag: 7, bits: 8, data: [0, 0])) == .compressed)
        #expect(code(file(bits: 12, data: [0, 0])) == .unsupportedDepth)
        #expect(code(file(channels: 6, bits: 16, data: [0, 0])) == .unsupportedChannels)
        #expect(code(file(channels: 0, bits: 16, data: [0, 0])) == .unsupportedChannels)
        #expect(code(file(rate: 0, bits: 16, data: [0, 0])) == .unsupportedRate)
        #expect(code(file(bits: 16, data: [])) == .empty)
        #expect(
            throws: WAVProblem(
                code: .floatingPoint,
                message: "samples are 32-bit floating point; make it right with: "
                    + "sox in.wav -e signed-integer -b 16 out.wav"
            )
        ) {
            try WAV.decode(file(tag: 3, bits: 32, data: [0, 0, 0, 0]))
        }
    }

    @Test func `a file cut off at any length is a problem and no crash`() {
        let whole = file(
            tag: 0xFFFE, channels: 2, bits: 24, data: [UInt8](repeating: 9, count: 60),
            extra: Array("LIST".utf8) + [1, 0, 0, 0, 1, 0], extensible: 1
        )
        #expect(code(whole) == nil)

        for length in 0..<whole.count {
            #expect(code(Array(whole[..<length])) != nil, "cut to \(length) bytes")
        }
    }

    @Test(arguments: 0..<8) func `damaged bytes never crash`(seed: UInt64) {
        let whole = file(
            tag: 0xFFFE, bits: 16, data: [UInt8](repeating: 1, count: 40), extensible: 1)
        let noise = Sounds.noise(count: 400, decibels: -6, seed: seed)

        for trial in 0..<200 {
            var bytes = whole
            let place = Int(UInt16(bitPattern: noise[trial])) % bytes.count
            bytes[place] = UInt8(truncatingIfNeeded: noise[trial + 200])
            _ = code(bytes)
        }
    }
}
