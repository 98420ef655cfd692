/// The audio of one message of an agent, where it lies: in the message, or in the lent room.
package struct LentAudio {
    /// The reply it belongs to; 0 where the agent names none.
    package let reply: ReplyTag
    /// In −dBov, 0...127 (RFC 6464); `nil` where the message has none.
    package let level: UInt8?
    /// PCM16 or G.711 bytes, or one codec frame; lent as long as what they lie in.
    package let bytes: UnsafeRawBufferPointer

    package init(reply: ReplyTag, level: UInt8?, bytes: UnsafeRawBufferPointer) {
        self.reply = reply
        self.level = level
        self.bytes = bytes
    }
}
