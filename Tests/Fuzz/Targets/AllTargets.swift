extension FuzzTarget {
    /// Every parser of bytes that come from a network, in the order of the layers.
    static func all() throws -> [FuzzTarget] {
        try Layer.allCases.flatMap { try $0.targets() }
    }

    /// What is made together.
    enum Layer: String, CaseIterable, Sendable {
        case stun, ice, sdp, turn, rtp, srtp, dtls, sctp, peer, dialects, signalling

        func targets() throws -> [FuzzTarget] {
            switch self {
            case .stun: FuzzTarget.stun()
            case .ice: FuzzTarget.ice()
            case .sdp: try FuzzTarget.sdp()
            case .turn: FuzzTarget.turn()
            case .rtp: FuzzTarget.rtp()
            case .srtp: try FuzzTarget.srtp()
            case .dtls: try FuzzTarget.dtls()
            case .sctp: FuzzTarget.sctp()
            case .peer: try FuzzTarget.peer()
            case .dialects: FuzzTarget.dialects()
            case .signalling: try FuzzTarget.signalling()
            }
        }
    }
}
