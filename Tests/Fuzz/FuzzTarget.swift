import Timeline

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One parser of untrusted bytes, with what it usually reads.
struct FuzzTarget {
    /// Takes one input, which it may change; says whether it was read rather than refused.
    typealias Feed = (UnsafeMutableRawBufferPointer, inout SeededGenerator) -> Bool

    let name: String
    /// Valid messages, written by this project's own writers where it has them.
    let corpus: [[UInt8]]
    /// Words that mean something to the parser.
    var dictionary: [[UInt8]] = []
    /// Bytes of the longest input.
    var capacity = 16_384
    /// How much longer than others it is fed: for those that take the most time for an input.
    var weight = 1.0
    /// Makes a parser with fresh state; where that is dear, it is fed more inputs.
    let begin: (inout SeededGenerator) throws -> Feed
}

extension FuzzTarget {
    /// A parser without state.
    init(
        _ name: String, corpus: [[UInt8]], dictionary: [String] = [],
        read: @escaping (UnsafeRawBufferPointer) -> Bool
    ) {
        self.name = name
        self.corpus = corpus
        self.dictionary = dictionary.map { Array($0.utf8) }
        begin = { _ in { bytes, _ in read(UnsafeRawBufferPointer(bytes)) } }
    }
}

/// A property that an input has broken.
///
/// Ends the process: what the input was is found where every input is noted.
func require(_ holds: Bool, _ what: @autoclosure () -> String) {
    guard !holds else { return }
    let bytes = Array("broken: \(what())\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    preconditionFailure("a property does not hold")
}
