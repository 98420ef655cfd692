import Drivers
import Foundation

/// What commands that serve have in common.
enum Serving {
    /// Says READY, and returns when SIGTERM, SIGINT or the end of stdin asks for the end.
    static func untilAskedToEnd(_ ready: ReadyLine) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let interruption = Interruption { end.yield() }
        StdinWatch.start { end.yield() }
        Console.print(ready.text)
        for await _ in ends { break }
        interruption.cancel()
    }
}
