import Timeline

extension VoicedSpan {
    /// The voiced spans of a sound by the energy gate, exact to the sample.
    ///
    /// Quiet of less than 200 ms belongs to the speech around it.
    package static func found(in pcm: PCM) -> [VoicedSpan] {
        // 44,100 Hz and its kin have no whole 10 ms everywhere: the search runs at 16 kHz.
        let exact = pcm.sampleRate % 100 == 0
        let source = exact ? pcm : pcm.resampled(to: 16_000)
        var gate = EnergyGate(hold: Clip.shortestPause)
        var spans: [VoicedSpan] = []
        var onset: RunInstant?
        var now = RunInstant.zero
        func take(_ event: EnergyGate.Event?) {
            switch event {
            case .onset(let instant): onset = instant
            case .offset(let instant):
                if let start = onset { spans.append(exactSpan(from: start, to: instant, in: pcm)) }
                onset = nil
            case nil: break
            }
        }
        for frame in SoundFramer.frames(of: source) {
            take(gate.hear(frame, startingAt: now))
            now += SoundFrame.length
        }
        take(gate.hearNothing(until: now + Clip.shortestPause + SoundFrame.length))
        return spans
    }

    /// The span between the outermost audible samples near two instants of a tenth of a millisecond each.
    private static func exactSpan(
        from onset: RunInstant,
        to end: RunInstant,
        in pcm: PCM
    ) -> VoicedSpan {
        let tenth = Nanoseconds.microseconds(100)
        let count = pcm.samples.count
        func sample(_ instant: RunInstant) -> Int {
            min(count - 1, max(0, (instant - .zero).samples(rate: pcm.sampleRate)))
        }
        let threshold = Int(Decibels.sampleThreshold(Decibels.audible))
        func isAudible(_ index: Int) -> Bool { abs(Int(pcm.samples[index])) >= threshold }
        let firstRange = sample(onset)...sample(onset + tenth)
        let lastRange = sample(end)...sample(end + tenth)
        let first = firstRange.first(where: isAudible) ?? firstRange.lowerBound
        let last = lastRange.last(where: isAudible) ?? lastRange.upperBound
        return VoicedSpan(first: first, last: max(first, last))
    }
}
