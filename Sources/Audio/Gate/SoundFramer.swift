package import Timeline

/// Reduces a stream of samples to sound frames of 10 ms.
///
/// Samples may arrive in pieces of any size; nothing of them is kept but sums. Runs on
/// every received message, so it neither allocates nor branches per sample where it can.
package struct SoundFramer: Sendable {
    /// Samples in one frame.
    package let frameSamples: Int
    private let threshold: Int32
    /// A sum of squares below this cannot contain an audible sample.
    private let audibleSquare: UInt64
    private var position = 0
    private var sum: UInt64 = 0
    private var first = -1
    private var last = -1

    /// - Parameters:
    ///   - rate: samples per second, a multiple of 100: 8,000, 16,000, 24,000, 48,000 and the like.
    ///   - decibels: peak level from which on a sample is audible, in dBFS.
    package init(rate: Int, threshold decibels: Double = Decibels.audible) {
        precondition(rate >= 100 && rate % 100 == 0, "10 ms at \(rate) Hz is no whole sample count")
        frameSamples = rate / 100
        threshold = Int32(Decibels.sampleThreshold(decibels))
        audibleSquare = UInt64(threshold) * UInt64(threshold)
    }

    /// How much of the current frame has been heard.
    package var pending: Nanoseconds { Nanoseconds(samples: position, rate: frameSamples * 100) }

    /// Whether the next sample begins a frame.
    package var isBetweenFrames: Bool { position == 0 }

    /// Takes samples and hands over each frame they complete.
    package mutating func append(
        _ samples: UnsafeBufferPointer<Int16>,
        emit: (SoundFrame) -> Void
    ) {
        append(pcm16: UnsafeRawBufferPointer(samples), emit: emit)
    }

    /// Takes little-endian 16-bit samples, at any alignment; an odd last byte is ignored.
    package mutating func append(
        pcm16 bytes: UnsafeRawBufferPointer,
        emit: (SoundFrame) -> Void
    ) {
        guard let base = bytes.baseAddress else { return }
        take(
            count: bytes.count / 2, piece: { Piece(pcm16: base + 2 * $0, count: $1, framer: $2) },
            emit)
    }

    /// Takes G.711 bytes, one sample each.
    package mutating func append(
        g711 bytes: UnsafeRawBufferPointer,
        _ law: G711.Law,
        emit: (SoundFrame) -> Void
    ) {
        guard let base = bytes.baseAddress else { return }
        G711.table(law).withUnsafeBufferPointer { table in
            take(
                count: bytes.count,
                piece: { Piece(g711: base + $0, count: $1, table: table, framer: $2) },
                emit
            )
        }
    }

    /// The frame begun last, filled up with silence; `nil` if none is begun.
    package mutating func finish() -> SoundFrame? { position == 0 ? nil : complete() }

    /// The frames of a whole sound, the last one filled up with silence.
    package static func frames(
        of pcm: PCM,
        threshold decibels: Double = Decibels.audible
    ) -> [SoundFrame] {
        var framer = SoundFramer(rate: pcm.sampleRate, threshold: decibels)
        var frames: [SoundFrame] = []
        frames.reserveCapacity(pcm.samples.count / framer.frameSamples + 1)
        pcm.samples.withUnsafeBufferPointer { framer.append($0) { frames.append($0) } }
        if let rest = framer.finish() { frames.append(rest) }
        return frames
    }

    /// Cuts a run of samples at frame boundaries and adds up each piece.
    @inline(__always)
    private mutating func take(
        count: Int,
        piece: (_ start: Int, _ count: Int, _ framer: SoundFramer) -> Piece,
        _ emit: (SoundFrame) -> Void
    ) {
        var taken = 0
        while taken < count {
            let length = min(count - taken, frameSamples - position)
            let piece = piece(taken, length, self)
            sum &+= piece.sum
            if piece.first >= 0 {
                if first < 0 { first = position + piece.first }
                last = position + piece.last
            }
            position += length
            taken += length
            if position == frameSamples { emit(complete()) }
        }
    }

    private mutating func complete() -> SoundFrame {
        let frame = SoundFrame(
            level: Decibels.level(sumOfSquares: sum, count: frameSamples),
            firstAudible: tenth(first),
            lastAudible: tenth(last)
        )
        position = 0
        sum = 0
        first = -1
        last = -1
        return frame
    }

    private func tenth(_ sample: Int) -> UInt8 {
        sample < 0 ? SoundFrame.nowhere : UInt8(sample * 100 / frameSamples)
    }
}

extension SoundFramer {
    /// A run of samples inside one frame.
    private struct Piece {
        private(set) var sum: UInt64 = 0
        private(set) var first = -1
        private(set) var last = -1

        init(pcm16 base: UnsafeRawPointer, count: Int, framer: SoundFramer) {
            func sample(_ index: Int) -> Int32 {
                Int32(
                    Int16(
                        littleEndian: base.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self))
                )
            }
            for index in 0..<count {
                let value = sample(index)
                sum &+= UInt64(UInt32(bitPattern: value &* value))
            }
            guard sum >= framer.audibleSquare else { return }
            search(count: count, threshold: framer.threshold, sample)
        }

        init(
            g711 base: UnsafeRawPointer, count: Int, table: UnsafeBufferPointer<Int16>,
            framer: SoundFramer
        ) {
            func sample(_ index: Int) -> Int32 {
                Int32(table[Int(base.load(fromByteOffset: index, as: UInt8.self))])
            }
            for index in 0..<count {
                let value = sample(index)
                sum &+= UInt64(UInt32(bitPattern: value &* value))
            }
            guard sum >= framer.audibleSquare else { return }
            search(count: count, threshold: framer.threshold, sample)
        }

        /// Looks from both ends, which in speech is short.
        @inline(__always)
        private mutating func search(count: Int, threshold: Int32, _ sample: (Int) -> Int32) {
            var index = 0
            while index < count, abs(sample(index)) < threshold { index += 1 }
            guard index < count else { return }
            first = index
            index = count - 1
            while abs(sample(index)) < threshold { index -= 1 }
            last = index
        }
    }
}
