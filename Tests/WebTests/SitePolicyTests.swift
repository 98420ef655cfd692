import Testing
import Web

@Suite struct SitePolicyTests {
    private func status(_ host: String?, by method: String = "GET", port: Int = 4717) -> Int? {
        SitePolicy.refusal(method: method, host: host, port: port)?.status.rawValue
    }

    @Test(arguments: ["127.0.0.1:4717", "localhost:4717", "LocalHost:4717", "[::1]:4717"])
    func `loopback's own names are answered`(host: String) {
        #expect(status(host) == nil)
        #expect(status(host, by: "HEAD") == nil)
    }

    @Test(arguments: [
        "evil.example", "evil.example:4717", "127.0.0.1", "127.0.0.1:80", "localhost:4718",
        "localhost.evil.example:4717", "127.0.0.1:4717.evil.example", "10.0.0.1:4717", "",
    ])
    func `a name that was pointed at this server is not`(host: String) {
        #expect(status(host) == 421)
    }

    @Test func `a request without a host, or one that would change something, is refused`() {
        #expect(status(nil) == 400)
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", ""] {
            #expect(status("127.0.0.1:4717", by: method) == 405)
        }
        #expect(status("localhost", port: 80) == nil)
    }

    @Test func `every answer forbids what it does not need`() throws {
        let headers = SitePolicy.headers(of: PageAnswer(body: "x"))
        let values = Dictionary(uniqueKeysWithValues: headers)

        let policy = try #require(values["Content-Security-Policy"])
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
        #expect(values["X-Content-Type-Options"] == "nosniff")
        #expect(values["Cache-Control"] == "no-store")
        #expect(values["Allow"] == nil)
        let refusal = try #require(
            SitePolicy.refusal(method: "POST", host: "localhost:1", port: 1))
        #expect(SitePolicy.headers(of: refusal).contains { $0 == ("Allow", "GET, HEAD") })
    }
}
