#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whole files and folders, without Foundation.
package enum FileBytes {
    /// All bytes of a file, or `nil` when it cannot be opened or read.
    package static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        let block = 65_536
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: block) { buffer, count in
                count = fread(buffer.baseAddress, 1, block, file)
            }
            bytes += chunk
            if chunk.count < block { break }
        }
        return ferror(file) == 0 ? bytes : nil
    }

    /// Writes a file anew; `false` when that failed.
    package static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "wb") else { return false }
        let written = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && written == bytes.count
    }

    /// Names of the entries of a folder in alphabetical order; empty when it cannot be read.
    package static func entries(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names.sorted()
    }
}
