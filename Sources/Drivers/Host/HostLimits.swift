import CSockets
package import Planning

/// Whether this host lets a run have the descriptors and ports it needs, asked before it begins.
package struct HostLimits: Equatable, Sendable {
    /// Something a run needs more of than there is, with what to do about it.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package enum Code: String, Sendable { case descriptors, ports }

        package let code: Code
        package let needed: Int
        package let available: Int
        /// What was found, and the command that helps.
        package let message: String

        package var description: String { message }
    }

    /// For what is open besides callers: store, loops, logs, the agent's pipes.
    static let reserve = 64
    /// Of those, for loops; each holds timers, wake-ups and sets of what it watches.
    private static let loopsInReserve = 4
    private static let perLoop = 8

    /// Descriptors this process may open.
    package var descriptors: Int
    /// What an administrator would have to raise.
    package var hardDescriptors: Int
    /// Descriptors open already.
    package var openDescriptors: Int
    /// Ports that sockets without a port of their own are given.
    package var ports: Int

    package init(descriptors: Int, hardDescriptors: Int, openDescriptors: Int, ports: Int) {
        self.descriptors = descriptors
        self.hardDescriptors = hardDescriptors
        self.openDescriptors = openDescriptors
        self.ports = ports
    }

    /// Raises the soft limit on descriptors to the hard one, as every server wants it.
    package static func raise() { _ = talkover_descriptor_limit_raise() }

    /// Raises the soft limit on descriptors to the hard one, and reads what there is.
    package static func raisedAndRead() -> HostLimits {
        raise()
        var soft: UInt64 = 0
        var hard: UInt64 = 0
        // A limit that cannot be read is none that can be checked.
        if talkover_descriptor_limit(&soft, &hard) != 0 { (soft, hard) = (.max, .max) }
        var lowest: UInt32 = 0
        var highest: UInt32 = 0
        let hasPorts = talkover_ephemeral_ports(&lowest, &highest) == 0 && highest >= lowest
        return HostLimits(
            descriptors: Int(clamping: soft),
            hardDescriptors: Int(clamping: hard),
            openDescriptors: max(0, Int(talkover_descriptors_open())),
            ports: hasPorts ? Int(highest - lowest) + 1 : Int(UInt16.max)
        )
    }

    /// What keeps `callers` from being up at once on each of the paths; empty when nothing does.
    ///
    /// Every caller has a socket and a port of its own, a WebRTC caller three. The embedded agent
    /// is another process with the same limit, and has at most as many.
    package func problems(
        callers: Int, paths: [PathConfiguration], order: PathOrder, loops: Int = 1
    ) -> [Problem] {
        let together = order == .together ? max(1, paths.count) : 1
        let rtp = paths.count { $0.transport.carriesPackets }
        // A WebRTC caller signals over TCP beside its socket.
        let tcpPaths = paths.count { !$0.transport.carriesPackets || $0.hasPeerSession }
        // Its socket, its signalling, and now and then a second connection to hang up by.
        let each = paths.map { $0.hasPeerSession ? 3 + $0.relaysOverTCP : 1 }.max() ?? 1
        var problems: [Problem] = []

        let sockets = callers * together * each
        let needed =
            sockets + max(Self.reserve, openDescriptors + 16)
            + max(0, loops - Self.loopsInReserve) * Self.perLoop
        if needed > descriptors {
            let remedy =
                needed <= hardDescriptors
                ? "run 'ulimit -n \(needed)' first"
                : "the hard limit is \(hardDescriptors): as root, run 'ulimit -Hn \(needed); "
                    + "ulimit -n \(needed)' in the shell that starts it, or ask for fewer callers"
            problems.append(
                Problem(
                    code: .descriptors,
                    needed: needed,
                    available: descriptors,
                    message: "\(callers) callers need \(needed) file descriptors and "
                        + "\(descriptors) are allowed; \(remedy)"
                )
            )
        }

        // UDP and TCP ports are counted apart.
        let udp = callers * (together > 1 ? rtp : min(1, rtp))
        let tcp = callers * (together > 1 ? tcpPaths : min(1, tcpPaths))
        for (kind, count) in [("UDP", udp), ("TCP", tcp)] where count > ports {
            problems.append(
                Problem(
                    code: .ports,
                    needed: count,
                    available: ports,
                    message:
                        "\(callers) callers need \(count) \(kind) ports and this host gives out "
                        + "\(ports); run 'sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"'"
                        + (count > 64_512 ? ", and ask for fewer callers" : "")
                )
            )
        }
        return problems
    }

    /// Raises what may be raised, and tells what is still missing.
    package static func check(
        callers: Int, paths: [PathConfiguration], order: PathOrder, loops: Int = 1
    ) -> [Problem] {
        raisedAndRead().problems(callers: callers, paths: paths, order: order, loops: loops)
    }
}

extension PathConfiguration {
    /// TURN servers that each caller keeps a connection to.
    fileprivate var relaysOverTCP: Int {
        iceServers.flatMap(\.urls).count { $0.scheme == .turn && $0.transport == .tcp }
    }
}
