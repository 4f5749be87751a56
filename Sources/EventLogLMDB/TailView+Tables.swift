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

    /// The rows of a visit one after the other, fetched a page at a time.
    func rows(_ table: Int, _ visit: TableVisit) -> () -> ChangedRow? {
        var visit = visit
        var page: ArraySlice<ChangedRow> = []
        var isLast = false
        return {
            if page.isEmpty, !isLast {
                page = self.page(table, visit)[...]
                isLast = page.count < Limits.waitingRows
                if let last = page.last { visit = visit.behind(last.key) }
            }
            return page.popFirst()
        }
    }

    private func page(_ table: Int, _ visit: TableVisit) -> [ChangedRow] {
        guard let view else { return [] }
        var rows: [RowKey: ChangedRow] = [:]
        for segment in segments {
            for row in segment.rows(table, visit, in: view, limit: Limits.waitingRows) { rows[RowKey(row.key)] = row }
        }
        let sorted = rows.values.sorted { left, right in
            left.key.lend { left in right.key.lend { visit.isBefore(left, $0) } }
        }
        return Array(sorted.prefix(Limits.waitingRows))
    }
}
