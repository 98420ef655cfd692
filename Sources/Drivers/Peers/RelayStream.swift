import CSockets
import Timeline
import WebRTCCore

/// The TCP connection to one TURN server, on the loop's tick.
final class RelayStream: StreamMember {
    enum Event {
        /// Lent for the length of the call.
        case read(UnsafeRawBufferPointer)
        /// In words for a person.
        case failed(String)
    }

    /// Unsent bytes above which packets are dropped, as any network would.
    private static let bound = 64 << 10

    private let server: TransportAddress
    private let tell: (Event) -> Void
    private var socket: StreamSocket?
    /// Why there is none at all; nobody else is told of it.
    private(set) var problem: String?
    private var isConnected = false
    /// What is to be sent once the connection is there.
    private var waiting = WireBuffer(capacity: 0)

    init(server: TransportAddress, streams: StreamLoop, tell: @escaping (Event) -> Void) {
        self.server = server
        self.tell = tell
        var peer = server.raw
        let descriptor = talkover_tcp_connect(&peer)
        do throws(SystemError) {
            socket = try StreamSocket(
                descriptor: try SystemError.check(descriptor), in: streams, for: self,
                isConnecting: true)
        } catch {
            problem = "no connection to the TURN server at \(server) can be made: \(error)"
        }
    }

    func ready() -> Int {
        guard let socket else { return 0 }
        guard isConnected else {
            if let error = socket.finishConnecting() {
                fail("the TURN server at \(server) cannot be reached: \(error)")
                return 0
            }
            isConnected = true
            _ = socket.send(waiting.bytes)
            waiting = WireBuffer(capacity: 0)
            return 0
        }
        socket.sendBacklog()
        switch socket.receive() {
        case .nothing: return 0
        case .ended:
            fail("the TURN server at \(server) closed the connection")
            return 0
        case .failed(let error):
            fail("the connection to the TURN server at \(server) broke: \(error)")
            return 0
        case .bytes(let bytes, _):
            tell(.read(UnsafeRawBufferPointer(bytes)))
            return bytes.count
        }
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let socket else { return false }
        guard isConnected else {
            guard waiting.count + bytes.count <= Self.bound else { return false }
            waiting.append(bytes)
            return true
        }
        guard socket.queued <= Self.bound else { return false }
        return socket.send(bytes) == nil
    }

    func close() {
        socket?.close()
        socket = nil
    }

    private func fail(_ detail: String) {
        close()
        tell(.failed(detail))
    }
}
