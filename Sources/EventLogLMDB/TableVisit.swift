import EventLog
import LMDB

/// Where a visit of a table's rows stands, and in which order it goes on.
struct TableVisit {
    let backwards: Bool
    private let from: [UInt8]
    private let isFromShown: Bool

    /// A visit that begins with the row at `from`, if there is one.
    init(from: [UInt8], backwards: Bool) { self.init(from, isShown: true, backwards) }

    private init(_ from: [UInt8], isShown: Bool, _ backwards: Bool) {
        (self.from, isFromShown, self.backwards) = (from, isShown, backwards)
    }

    /// The same visit once it has shown the row at `key`.
    func behind(_ key: [UInt8]) -> TableVisit { TableVisit(key, isShown: false, backwards) }

    /// Whether the row at this key is still to come.
    func reaches(_ key: Bytes) -> Bool {
        from.lend { from in isFromShown ? !isBefore(key, from) : isBefore(from, key) }
    }

    func isBefore(_ left: Bytes, _ right: Bytes) -> Bool { backwards ? left.isBehind(right) : right.isBehind(left) }
}
