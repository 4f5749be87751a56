import EventLog
import Kernel
import LMDB

/// A row of the stream index: one entry of an aggregate.
struct StreamHit: Equatable {
    var firstVersion: UInt64
    /// Of the entry's first event.
    var position: UInt64

    init(firstVersion: UInt64, position: UInt64) {
        self.firstVersion = firstVersion
        self.position = position
    }

    /// Nil when the bytes are no such row.
    init?(_ bytes: Bytes) {
        guard bytes.count == KeyBytes.hitBytes else { return nil }
        firstVersion = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        position = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
}

extension StreamHit {
    /// Whether an entry of the same stream is this one, or is come to by going back from it.
    func reaches(_ other: StreamHit) -> Bool { self == other || firstVersion > other.firstVersion && position > other.position }

    /// The name of an aggregate's stream in the index.
    static func name(of aggregate: AggregateID) -> RowKey { StreamName.lend(aggregate) { RowKey([UInt8]($0)) } }
}
