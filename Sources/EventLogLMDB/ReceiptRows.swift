import EventLog
import LMDB

/// The rows of the receipts as one view has them.
///
/// Most ids that are looked for are new, and those that rise with time are behind all others: known by one comparison once the last row
/// has been looked at, without a way down the tree for each.
final class ReceiptRows {
    private let transaction: ReadTransaction
    private let table: Database
    private var looks = 0
    /// The greatest id; nil before it is known, empty when there is none.
    private var last: Bytes?

    init(_ transaction: ReadTransaction, _ table: Database) {
        self.transaction = transaction
        self.table = table
    }

    /// The value under an id, valid until the view ends.
    func value(of id: Bytes) throws(LMDBError) -> Bytes? {
        looks += 1
        // A view for a single look does without.
        if looks == 2 { last = try transaction.cursor(table).last()?.key ?? Bytes(start: nil, count: 0) }
        if let last, id.isBehind(last) { return nil }
        return try transaction.get(table, id)
    }
}
