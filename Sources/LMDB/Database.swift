import CLMDB

/// A named table of an environment: keys to values, or keys to sorted duplicates of one size.
public struct Database: Sendable, Hashable {
    public enum Kind: Sendable {
        case plain
        /// Many values a key, all of one size, sorted as bytes.
        case fixedDuplicates

        var flags: UInt32 {
            switch self {
            case .plain: 0
            case .fixedDuplicates: UInt32(bitPattern: MDB_DUPSORT | MDB_DUPFIXED)
            }
        }
    }

    let handle: MDB_dbi
}
