/// How loud a packet's audio is, as its sender says it (RFC 6464).
package struct AudioLevel: Hashable, Sendable {
    /// V bit and level as they travel: one byte.
    package let wireByte: UInt8

    package init(wireByte: UInt8) { self.wireByte = wireByte }

    /// - Parameter decibels: RMS level in dBov, −127...0, clamped; −127 is digital silence.
    package init(decibels: Int, isVoice: Bool) {
        let attenuation = UInt8(min(max(0, -decibels), 127))
        wireByte = attenuation | (isVoice ? 0x80 : 0)
    }

    /// RMS level in dBov, −127...0.
    package var decibels: Int { -Int(wireByte & 0x7F) }

    /// Whether the sender believes that the packet holds speech (the V bit).
    package var isVoice: Bool { wireByte & 0x80 != 0 }
}
