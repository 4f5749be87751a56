import EventLog
import LMDB
import Synchronization

/// What the index, the receipts and the tables whose rows wait will hold of one stretch of the log, kept in memory until it is folded
/// into them.
///
/// The writer adds what it is about to commit, so a reader whose view has an entry finds it here; what a view does not have
/// yet is told by its place, behind the view's head.
final class TailSegment: Sendable {
    private let rows: Mutex<TailRows>
    /// Whoever holds it does so for less than it costs to sleep and be woken.
    private static let tries = 200

    /// Makes room for so many entries at once.
    init(room: Int) { rows = Mutex(TailRows(room: room)) }

    /// Entries in it, those without a row of their own among them.
    var count: Int { rows.withLock { $0.entries } }

    /// Adds an entry about to be committed; answers the place its id had here before, which `remove` needs again.
    func add(_ record: RecordView) -> LogKey? {
        StreamName.lend(record) { stream in withRows { $0.add(record, stream) } }
    }

    /// Takes back the entry added last, which was not committed.
    func remove(_ record: RecordView, restoring before: LogKey?) {
        StreamName.lend(record) { stream in rows.withLock { $0.remove(record, stream, restoring: before) } }
    }

    /// Adds rows that wait, of a commit that ends at `place`.
    func add(_ writes: [TableWrite], at place: LogKey) {
        withRows { rows in
            for write in writes {
                write.key.lend { key in
                    guard let value = write.value else { return rows.set(write.table, key, nil, at: place) }
                    value.lend { rows.set(write.table, key, $0, at: place) }
                }
            }
        }
    }

    /// Adds the rows that a commit left here.
    func add(_ row: ChainRow, at place: LogKey) {
        rows.withLock { rows in row.visit { rows.set($0, $1, $2, at: place) } }
    }

    /// Takes back the rows added last.
    func remove(_ writes: [TableWrite]) {
        rows.withLock { rows in
            for write in writes.reversed() { rows.removeLast(write.table) }
        }
    }

    /// A row as `view` has it; nil when it is not here.
    func row(_ table: Int, _ key: Bytes, in view: Range<LogKey>) -> ChangedRow? { withRows { $0.tables[table].row(key, in: view) } }

    /// The next rows of a visit that `view` has here.
    func rows(_ table: Int, _ visit: TableVisit, in view: Range<LogKey>, limit: Int) -> [ChangedRow] {
        rows.withLock { $0.tables[table].rows(visit, in: view, limit: limit) }
    }

    /// A stream's entries here, oldest first.
    func hits(_ stream: Bytes) -> [StreamHit] { withRows { $0.hits(stream) } }

    func receipt(_ id: Bytes) -> LogKey? { withRows { $0.receipt(id) } }

    /// Names of streams that begin with `prefix` and have an entry before `end`.
    func streams(_ prefix: [UInt8], before end: UInt64) -> [RowKey] { rows.withLock { $0.streams(prefix, before: end) } }

    /// Everything in the order of the tables it goes to: of a segment that grows no more.
    func folding() -> FoldRows { FoldRows(rows.withLock { $0 }) }

    @inline(__always)
    private func withRows<Result: Sendable>(_ body: (inout TailRows) -> Result) -> Result {
        for _ in 0..<Self.tries {
            if let result = rows.withLockIfAvailable({ body(&$0) }) { return result }
        }
        return rows.withLock { body(&$0) }
    }
}
