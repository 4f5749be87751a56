import EventLog
import LMDB

/// Rows that wait, as a view sees them: of a row that is in several segments, the one set last.
extension TailView {
    func row(_ table: Int, _ key: Bytes) -> ChangedRow? {
        guard let view else { return nil }
        for segment in segments.reversed() {
            if let row = segment.row(table, key, in: view) { return row }
        }
        return nil
    }

    /// The rows of a visit one after the other, fetched a page at a time: larger ones the further it goes, since each is a look at all that
    /// waits, and of removed rows there may be many before one that is shown.
    func rows(_ table: Int, _ visit: TableVisit) -> () -> ChangedRow? {
        var visit = visit
        var page: ArraySlice<ChangedRow> = []
        var isLast = false
        var limit = Limits.waitingRows
        return {
            if page.isEmpty, !isLast {
                page = self.page(table, visit, limit)[...]
                isLast = page.count < limit
                limit = min(4 * limit, Limits.mostWaitingRows)
                if let last = page.last { visit = visit.behind(last.key) }
            }
            return page.popFirst()
        }
    }

    private func page(_ table: Int, _ visit: TableVisit, _ limit: Int) -> [ChangedRow] {
        guard let view else { return [] }
        var rows: [RowKey: ChangedRow] = [:]
        for segment in segments {
            for row in segment.rows(table, visit, in: view, limit: limit) { rows[RowKey(row.key)] = row }
        }
        let sorted = rows.values.sorted { left, right in
            left.key.lend { left in right.key.lend { visit.isBefore(left, $0) } }
        }
        return Array(sorted.prefix(limit))
    }
}
