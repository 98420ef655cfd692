import GRDB

/// Why the store could not do what was asked, with what to do about it.
package struct StoreProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// Another process held the store for longer than the busy timeout.
        case locked
        /// The disk, or the file's own limit, is full. What was committed before is whole.
        case full
        /// The file is something else.
        case notADatabase
        /// Written by a newer version.
        case tooNew
        /// The file or its folder cannot be opened, created or written.
        case permission
        /// There is no store at that place, and none was to be made.
        case missing
        /// SQLite found its own file inconsistent, or a row holds what no version writes.
        case damaged
        case noSuchRun
        /// A prefix that several runs share.
        case ambiguousRun
        /// A run of that id is already there.
        case duplicateRun
        /// The stored scenario does not read any more.
        case unreadableScenario
        case failed
    }

    package let code: Code
    /// What was found and what would be right.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// Whether it is about the user's reference to a run, not about the store.
    package var isAboutReference: Bool { code == .noSuchRun || code == .ambiguousRun }

    /// Whether it may be over at the next attempt, without anything in the file being changed.
    package var mayPass: Bool { [.locked, .full, .permission, .missing].contains(code) }
}

extension StoreProblem {
    /// Turns what GRDB throws into a problem of the store at `path`.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = error as? StoreProblem ?? StoreProblem(.failed, "\(path): \(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked,
                "\(path) is locked by another process; wait for it to end,"
                    + " or use another file (--db)"
            )
        case .SQLITE_FULL:
            self.init(
                .full,
                "no space left to write \(path); what was stored before is whole."
                    + " Free some space, or use a file on another disk (--db)"
            )
        case .SQLITE_IOERR:
            self.init(
                .full,
                "\(path) could not be written or read: the disk, a quota or a limit on the size of"
                    + " files (ulimit -f) refused. What was stored before is whole. Use a file on"
                    + " another disk (--db)"
            )
        case .SQLITE_NOTADB:
            self.init(.notADatabase, "\(path) is not a SQLite database; use another file (--db)")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .permission,
                "\(path) cannot be opened for writing; check the rights of the file and its folder,"
                    + " or use another file (--db)"
            )
        case .SQLITE_CORRUPT:
            self.init(
                .damaged,
                "\(path) is damaged; `sqlite3 \(path) .recover` may save what it holds."
                    + " Move it away or use another file (--db)"
            )
        default:
            self.init(.failed, "\(path): \(error.message ?? error.resultCode.description)")
        }
    }
}
