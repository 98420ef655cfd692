extension PeerDescription {
    /// An offer of audio as section `0` and, where wanted, data channels as section `1`.
    ///
    /// It lets the answerer choose its DTLS role, and always names the source and the MID header
    /// extension: without both, some servers cannot tell whose audio arrives.
    ///
    /// - Parameters:
    ///   - formats: the favourite first; at least one.
    ///   - levelID: number of the audio level extension, 1...14; `nil` to leave it out.
    ///   - midID: number of the MID extension, 1...14, another than `levelID`.
    package static func offer(
        from endpoint: SDPEndpoint, formats: [AudioFormat], direction: MediaDirection = .sendrecv,
        levelID: UInt8? = 2, midID: UInt8 = 1, hasData: Bool
    ) -> PeerDescription {
        precondition(!formats.isEmpty, "an offer needs a format")
        let audio = AudioSection(
            mid: "0", profile: "UDP/TLS/RTP/SAVPF", direction: direction, formats: formats,
            levelID: levelID, midID: midID, ssrc: endpoint.ssrc, cname: endpoint.cname,
            stream: direction.sends ? endpoint.stream : nil, isMultiplexed: true,
            hasReducedSize: true, reportsRoundTrip: endpoint.reportsRoundTrip,
            packetTime: endpoint.packetTime)
        let data =
            hasData
            ? DataSection(mid: "1", port: endpoint.dataPort, messageLimit: endpoint.messageLimit)
            : nil
        return endpoint.description(
            setup: .actpass, bundle: hasData ? ["0", "1"] : ["0"], audio: audio, data: data,
            sections: hasData ? [.audio, .data] : [.audio])
    }
}
