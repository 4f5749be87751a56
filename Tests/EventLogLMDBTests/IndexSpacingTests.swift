import Testing

@testable import EventLogLMDB

/// The rows that the index keeps of a stream.
@Suite struct IndexSpacingTests {
    /// Folds entries with so many events each, so many entries at a time, and answers the rows that are left and the entries.
    private func rows(_ entries: [UInt64], inFoldsOf size: Int) -> (rows: [StreamHit], hits: [StreamHit]) {
        var (rows, hits): ([StreamHit], [StreamHit]) = ([], [])
        var version: UInt64 = 1
        for (index, events) in entries.enumerated() {
            hits.append(StreamHit(firstVersion: version, position: UInt64(1 + 10 * index)))
            version += events
        }
        for start in stride(from: 0, to: hits.count, by: size) {
            // Folded once more, as after a restart, it changes nothing.
            for _ in 0..<2 {
                let change = IndexSpacing.change(
                    after: rows.dropLast().last, rows.last, adding: Array(hits[start..<min(start + size, hits.count)]))
                if change.removesNewest { rows.removeLast() }
                rows += change.added
            }
        }
        return (rows, hits)
    }

    @Test(arguments: [1, 2, 3, 7, 63, 64, 65, 200, 1_000])
    func `the newest has a row, and between two rows are few entries`(size: Int) {
        for events: UInt64 in [1, 2, 11, 64, 100] {
            let (rows, hits) = rows([UInt64](repeating: events, count: 1_000), inFoldsOf: size)
            #expect(rows.last == hits.last)
            #expect(rows == rows.sorted { $0.firstVersion < $1.firstVersion })
            var before = -1
            for row in rows {
                let place = hits.firstIndex(of: row) ?? .max
                #expect(place > before && place - before <= Int(IndexSpacing.versions) + 1)
                before = place
            }
            let most = max(1, 1_000 * Int(events) / Int(IndexSpacing.versions)) + 1
            #expect(rows.count <= min(most, 1_000))
        }
    }

    @Test func `a short stream has one row`() {
        for count in 1...60 {
            let (rows, hits) = rows([UInt64](repeating: 1, count: count), inFoldsOf: 3)
            #expect(rows == [hits[count - 1]])
        }
    }

    @Test func `what was put before changes nothing`() {
        let hits = (1...5).map { StreamHit(firstVersion: $0, position: $0) }
        #expect(IndexSpacing.change(after: nil, hits[4], adding: hits) == IndexSpacing.Change())
        #expect(IndexSpacing.change(after: nil, nil, adding: []) == IndexSpacing.Change())
        #expect(IndexSpacing.change(after: nil, hits[2], adding: hits) == IndexSpacing.Change(removesNewest: true, added: [hits[4]]))
    }
}
