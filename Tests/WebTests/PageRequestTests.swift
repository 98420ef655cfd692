import Testing
import Web

@Suite struct PageRequestTests {
    @Test(
        arguments: [
            ("/", "/", [:]),
            (
                "/trends?metric=first_audio&path=a+b", "/trends",
                ["metric": "first_audio", "path": "a b"]
            ),
            ("/run/a%2Fb+c", "/run/a/b+c", [:]),
            ("/?tag=k%3D%C3%BC%26&empty&x=", "/", ["tag": "k=ü&", "empty": "", "x": ""]),
            ("/?a=1&a=2", "/", ["a": "2"]),
            ("/?a==b", "/", ["a": "=b"]),
        ] as [(String, String, [String: String])])
    func `a target is taken apart and its escapes resolved`(
        target: String, path: String, query: [String: String]
    ) {
        #expect(PageRequest(target: target) == PageRequest(path: path, query: query))
    }

    @Test(arguments: ["", "http://a.example/", "*", "/%", "/%4", "/%zz", "/?a=%ff", "/%+1"])
    func `what does not read is no request`(target: String) {
        #expect(PageRequest(target: target) == nil)
    }
}
