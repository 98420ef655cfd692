import RTPCore
import Timeline

extension FuzzTarget {
    static func srtp() throws -> [FuzzTarget] {
        try SRTPProfile.allCases.flatMap { profile in
            let suffix = profile == .aeadAES128GCM ? "gcm" : "cm"
            let packets = MediaCorpus.packets()
            let reports = MediaCorpus.reports()
            return [
                FuzzTarget(
                    name: "srtp-\(suffix)",
                    corpus: try packets + protected(packets, profile) { try $0.protect(rtp: &$1) }
                ) { _ in
                    try feed(
                        profile, protect: { try $0.protect(rtp: &$1) },
                        unprotect: { try $0.unprotect(rtp: $1) })
                },
                FuzzTarget(
                    name: "srtcp-\(suffix)",
                    corpus: try reports + protected(reports, profile) { try $0.protect(rtcp: &$1) }
                ) { _ in
                    try feed(
                        profile, protect: { try $0.protect(rtcp: &$1) },
                        unprotect: { try $0.unprotect(rtcp: $1) })
                },
            ]
        }
    }

    private typealias Protect = (SRTPSender, inout WireBuffer) throws -> Void

    private static func master(_ profile: SRTPProfile) -> SRTPMaster {
        SRTPMaster(
            key: [UInt8](repeating: 0x4B, count: profile.keyLength),
            salt: [UInt8](repeating: 0x53, count: profile.saltLength))
    }

    private static func protected(
        _ packets: [[UInt8]], _ profile: SRTPProfile, _ protect: Protect
    ) throws -> [[UInt8]] {
        let sender = try SRTPSender(profile: profile, master: master(profile))
        return packets.compactMap { packet in
            var buffer = WireBuffer()
            buffer.append(packet)
            // One of a number that was used before is not protected again.
            guard (try? protect(sender, &buffer)) != nil else { return nil }
            return Array(buffer.bytes)
        }
    }

    /// Half of the inputs arrive as they are; the others are protected first, so that they are
    /// authentic whatever they hold, and must come out as they went in.
    private static func feed(
        _ profile: SRTPProfile, protect: @escaping Protect,
        unprotect: @escaping (SRTPReceiver, UnsafeMutableRawBufferPointer) throws -> Int
    ) throws -> Feed {
        let sender = try SRTPSender(profile: profile, master: master(profile))
        let receiver = try SRTPReceiver(profile: profile, master: master(profile))
        let room = OutputRoom()
        return { bytes, generator in
            if generator.next() % 2 == 0 { return (try? unprotect(receiver, bytes)) != nil }
            room.buffer.removeAll()
            room.buffer.append(UnsafeRawBufferPointer(bytes))
            guard (try? protect(sender, &room.buffer)) != nil else { return false }
            let packet = room.guarded.hold(Array(room.buffer.bytes))
            guard let length = try? unprotect(receiver, packet) else { return false }
            require(
                length == bytes.count && packet[..<length].elementsEqual(bytes),
                "\(length) bytes came out of \(bytes.count)")
            return true
        }
    }
}
