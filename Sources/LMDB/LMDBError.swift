import CLMDB
import Glibc

/// What liblmdb answered when it did not do what was asked.
public enum LMDBError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The map has no page left; the transaction must be given up.
    case mapFull
    /// The key is there already, or an append is out of order.
    case keyExists
    /// All reader slots are taken.
    case readersFull
    /// A page, or the file as a whole, is not what LMDB wrote.
    case corrupted(String)
    /// An earlier write of the meta page failed: the environment takes nothing more until it is opened again.
    case panic
    /// This process has this environment open already; a second opening would drop the first one's file locks.
    case alreadyOpen(String)
    /// An error of the operating system, as errno has it.
    case system(Int32)
    /// The same where a commit wrote or synced its pages: LMDB does not tell which of the two it was.
    case commit(Int32)
    /// Any other code of LMDB's.
    case other(Int32)

    init(code: Int32) {
        self =
            switch code {
            case MDB_MAP_FULL: .mapFull
            case MDB_KEYEXIST: .keyExists
            case MDB_READERS_FULL: .readersFull
            case MDB_PANIC: .panic
            case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_VERSION_MISMATCH: .corrupted(LMDBError.text(code))
            case 1...: .system(code)
            default: .other(code)
            }
    }

    public var description: String {
        switch self {
        case .mapFull: "the map is full"
        case .keyExists: "the key exists already, or is out of order"
        case .readersFull: "all reader slots are taken"
        case .corrupted(let text): text
        case .panic: "an earlier write of the meta page failed; the store must be opened again"
        case .alreadyOpen(let path): "\(path) is open in this process already"
        case .system(let code), .commit(let code), .other(let code): LMDBError.text(code)
        }
    }

    private static func text(_ code: Int32) -> String { mdb_strerror(code).map { String(cString: $0) } ?? "code \(code)" }
}

/// Throws unless LMDB answered 0.
@inline(__always)
func check(_ code: Int32) throws(LMDBError) {
    guard code != 0 else { return }
    throw LMDBError(code: code)
}

/// Answers whether the row was there; throws on anything but found and not found.
@inline(__always)
func found(_ code: Int32) throws(LMDBError) -> Bool {
    if code == MDB_NOTFOUND { return false }
    try check(code)
    return true
}
