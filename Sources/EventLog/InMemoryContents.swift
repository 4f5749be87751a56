import Kernel

/// All that a log in memory holds: a value, so that a reader's view is a copy that later commits leave alone.
///
/// Streams and receipts are found by bytes, never by String equality, which takes different bytes for the same text.
struct InMemoryContents: Sendable {
    var head = LogHead.empty
    var entries: [Entry] = []
    /// `type/key` → indices into `entries` of those with events.
    var streams = SortedRows<[Int]>()
    var receipts: [[UInt8]: LogKey] = [:]
    var tables: [SortedRows<[UInt8]>] = Table.allCases.map { _ in SortedRows() }

    mutating func apply(_ commit: Commit) {
        for id in commit.expired { receipts[Array(id.utf8)] = nil }
        for entry in commit.entries {
            head = head.admitting(entry)
            _ = EntryCodec.size(entry)
            if !entry.events.isEmpty {
                streams.update(Array(entry.aggregate.description.utf8), from: []) { $0.append(entries.count) }
            }
            if entry.receipt != nil { receipts[Array(entry.cause.command.utf8)] = entry.key }
            entries.append(entry)
        }
        for write in commit.writes {
            write.admit()
            let table = InMemoryContents.index(of: write.table)
            if let value = write.value { tables[table].set(write.key, value) } else { tables[table].remove(write.key) }
        }
    }

    static func index(of table: Table) -> Int { Int(table.rawValue) - 1 }

    /// Index of the last entry at `key` or before it; -1 when there is none.
    func index(atMost key: LogKey) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key <= key { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}
