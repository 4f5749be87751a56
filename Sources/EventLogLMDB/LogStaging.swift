import EventLog
import Kernel
import LMDB

/// Puts one commit into a write transaction, and what it leaves to be folded into the tail.
///
/// Entries come as their records, which are sealed where they will lie.
struct LogStaging {
    private(set) var head: LogHead
    private(set) var chain: [UInt8]
    /// Nil when every row goes with its commit.
    private let tail: TailSegment?
    private let keys: KeyBytes
    /// What the tail held before under the id of each entry added to it.
    private var replaced: [LogKey?] = []
    /// Rows of the commit that wait, and whether the tail has them.
    private var waiting: [TableWrite] = []
    private var isWaiting = false

    init(head: LogHead, chain: [UInt8], tail: TailSegment?, keys: KeyBytes) {
        self.head = head
        self.chain = chain
        self.tail = tail
        self.keys = keys
    }

    mutating func stage(_ commit: Commit, _ writer: inout RowWriter) throws(LMDBError) {
        for id in commit.expired {
            if let key = keys.text(id) { try writer.removeReceipt(key) }
        }
        var link = CommitChain(after: chain)
        replaced.reserveCapacity(commit.records.count)
        try commit.records.visit { record throws(LMDBError) in
            head = head.after(record)
            if let tail { replaced.append(tail.add(record)) }
            try append(record, &writer, &link)
        }
        try put(commit, &writer)
        guard let last = commit.records.lastKey else { return }
        if !waiting.isEmpty {
            tail?.add(waiting, at: last)
            isWaiting = true
        }
        if tail == nil { try LogFold.setMark(head.next, &writer, keys) }
        chain = link.value()
        let key = keys.key(last)
        try ChainRow.bytes(key, value: chain, waiting).lend { row throws(LMDBError) in
            try writer.transaction.put(writer.tables.chain, key, row, .append)
        }
    }

    /// Rows go to their tables, or wait; those of a commit without entries have nothing to wait with.
    private mutating func put(_ commit: Commit, _ writer: inout RowWriter) throws(LMDBError) {
        let mayWait = tail != nil && !commit.records.isEmpty
        for write in commit.writes {
            guard mayWait, write.table.waitingNumber != nil else {
                try writer.put(write)
                continue
            }
            write.admit()
            waiting.append(write)
        }
    }

    /// Leaves the tail as it was before a commit that failed.
    mutating func takeBack(_ commit: Commit) {
        guard let tail else { return }
        if isWaiting { tail.remove(waiting) }
        var staged = commit.records.count
        commit.records.visit(backwards: true) { record in
            staged -= 1
            // Behind the entry at which it failed nothing was added.
            if staged < replaced.count { tail.remove(record, restoring: replaced[staged]) }
        }
    }

    // Mutating only so that what visits the records makes no copy of all this for each.
    private mutating func append(_ record: RecordView, _ writer: inout RowWriter, _ link: inout CommitChain) throws(LMDBError) {
        let page = try writer.transaction.reserve(writer.tables.log, keys.key(record.key), count: record.bytes.count, .append)
        page.copyMemory(from: record.bytes)
        EntryCodec.seal(page)
        precondition(link.add(UnsafeRawBufferPointer(page)), "A record without a header was encoded")
        guard tail == nil else { return }
        if record.eventCount > 0 {
            let hit = StreamHit(firstVersion: record.firstVersion, position: record.key.position)
            try writer.put([hit], of: keys.stream(of: record), try writer.transaction.writeCursor(writer.tables.index), keys)
        }
        guard record.hasReceipt else { return }
        try writer.putReceipt(record.command, keys.value(record.key), writer.transaction.writeCursor(writer.tables.receipts))
    }
}
