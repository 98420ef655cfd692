import Dialects
import Testing

@Suite struct SignallingURLTests {
    @Test(
        arguments: [
            ("http://127.0.0.1:8080/offer", "127.0.0.1", 8_080, "/offer", "127.0.0.1:8080"),
            (
                "https://Agent.example/whip?room=1", "agent.example", 443, "/whip?room=1",
                "agent.example"
            ),
            ("HTTP://[::1]:90", "::1", 90, "/", "[::1]:90"),
            ("http://a:/b", "a", 80, "/b", "a"),
            ("http://a?x=1#part", "a", 80, "/?x=1", "a"),
            ("https://a:80/", "a", 80, "/", "a:80"),
        ] as [(String, String, UInt16, String, String)]
    )
    func `a URL is taken apart`(
        text: String, host: String, port: UInt16, target: String, authority: String
    ) throws {
        let url = try SignallingURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.target == target)
        #expect(url.authority == authority)
    }

    @Test(
        arguments: [
            "", "offer", "ws://a/b", "http:/a", "http://", "http://:80/", "http://a:0/",
            "http://a:65536/", "http://a:+1/", "http://a b/", "http://k3y:s3cret@a/",
            "http://[::1]x/", "http://a/\r\nX: y", "http://ä/",
        ]
    )
    func `what is no URL for signalling is refused without being quoted`(text: String) {
        let problem = #expect(throws: SignallingProblem.self) { try SignallingURL(text) }
        #expect(problem?.code == "configuration")
        #expect(problem?.message.contains("s3cret") == false)
    }

    /// RFC 3986 §5.4.1 and §5.4.2, where they stay in `http`.
    @Test(
        arguments: [
            ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"),
            ("?y", "/b/c/d;p?y"), ("g?y", "/b/c/g?y"), ("#s", "/b/c/d;p?q"),
            ("g?y#s", "/b/c/g?y"), (";x", "/b/c/;x"), ("g;x?y#s", "/b/c/g;x?y"),
            ("", "/b/c/d;p?q"), (".", "/b/c/"), ("./", "/b/c/"), ("..", "/b/"), ("../", "/b/"),
            ("../g", "/b/g"), ("../..", "/"), ("../../", "/"), ("../../g", "/g"),
            ("../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."),
            (".g", "/b/c/.g"), ("./../g", "/b/g"), ("./g/.", "/b/c/g/"), ("g/./h", "/b/c/g/h"),
            ("g/../h", "/b/c/h"), ("g;x=1/./y", "/b/c/g;x=1/y"), ("g?y/../x", "/b/c/g?y/../x"),
        ]
    )
    func `a relative reference leads where the RFC says`(reference: String, target: String) throws {
        let base = try SignallingURL("http://a/b/c/d;p?q")
        let resolved = base.resolving(reference)
        #expect(resolved?.target == target)
        #expect(resolved?.isSameOrigin(as: base) == true)
    }

    @Test func `an absolute reference and one of a host leave the server`() throws {
        let base = try SignallingURL("https://a/b")
        let absolute = try #require(base.resolving("http://c:81/d"))
        #expect(absolute == (try SignallingURL("http://c:81/d")))
        #expect(!absolute.isSameOrigin(as: base))
        #expect(base.resolving("//c/d") == (try SignallingURL("https://c/d")))
        #expect(try SignallingURL("https://A:443/x").isSameOrigin(as: base))
        #expect(try !SignallingURL("http://a/b").isSameOrigin(as: base))
    }

    @Test func `a reference of another scheme, or with a line end, leads nowhere`() throws {
        let base = try SignallingURL("http://a/b")
        for reference in ["ftp://a/b", "javascript:alert(1)", "/a b", "/a\r\nX: y", "http://"] {
            #expect(base.resolving(reference) == nil, "\(reference)")
        }
        #expect(base.resolving(String(repeating: "x", count: 5_000)) == nil)
    }
}
