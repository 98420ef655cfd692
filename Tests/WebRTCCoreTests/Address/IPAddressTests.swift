import Testing
import WebRTCCore

struct IPAddressTests {
    @Test(arguments: ["127.0.0.1", "10.2.3.4", "::1", "fe80::1", "2001:db8::8:800:200c:417a"])
    func `numeric text is read and written back`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == text)
    }

    @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", ":::", "1.2.3.4%eth0", "::1\0"])
    func `what is no numeric address is none`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `loopback and link-local addresses are told apart`() throws {
        #expect(try #require(IPAddress("127.1.2.3")).isLoopback)
        #expect(try #require(IPAddress("::1")).isLoopback)
        #expect(try !#require(IPAddress("128.0.0.1")).isLoopback)
        #expect(try #require(IPAddress("169.254.7.7")).isLinkLocal)
        #expect(try #require(IPAddress("fe90::1")).isLinkLocal)
        #expect(try !#require(IPAddress("fec0::1")).isLinkLocal)
    }

    @Test func `an address and port are written as in URLs`() throws {
        let four = TransportAddress(host: try #require(IPAddress("1.2.3.4")), port: 5)
        let six = TransportAddress(host: try #require(IPAddress("::1")), port: 65_535)
        #expect("\(four)" == "1.2.3.4:5")
        #expect("\(six)" == "[::1]:65535")
    }
}
