package import Timeline

/// Ten milliseconds of sound, reduced to what an ear needs: how loud, and where in it sound began and ended.
///
/// Three bytes, so that seconds of a burst reply can be kept per caller.
package struct SoundFrame: Equatable, Sendable {
    /// RMS level in dBFS, −127...0; −127 is digital silence.
    package var level: Int8
    /// First audible sample, in tenths of a millisecond from the frame's start; `nowhere` if none.
    package var firstAudible: UInt8
    /// Last audible sample, in tenths of a millisecond from the frame's start; `nowhere` if none.
    package var lastAudible: UInt8

    package static let nowhere: UInt8 = 255
    package static let length = Nanoseconds.milliseconds(10)
    package static let silence = SoundFrame(
        level: -127, firstAudible: nowhere, lastAudible: nowhere)

    package init(level: Int8, firstAudible: UInt8, lastAudible: UInt8) {
        self.level = level
        self.firstAudible = firstAudible
        self.lastAudible = lastAudible
    }
}
