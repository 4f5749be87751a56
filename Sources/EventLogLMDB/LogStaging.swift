import EventLog
import Kernel
import LMDB

/// Puts one commit into a write transaction, and what it leaves to be folded into the tail.
///
/// Each entry is taken up once, checked, added and encoded straight into LMDB's page: a second pass would cost as much again in
/// counting references to its parts.
struct LogStaging {
    private(set) var head: LogHead
    private(set) var chain: [UInt8]
    /// Nil when every row goes with its commit.
    private let tail: TailSegment?
    private let keys: KeyBytes
    /// What the tail held before under the id of each entry added to it.
    private var replaced: [LogKey?] = []

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
        replaced.reserveCapacity(commit.entries.count)
        for entry in commit.entries {
            head = head.admitting(entry)
            if let tail { replaced.append(tail.add(entry)) }
            try append(entry, &writer, &link)
        }
        for write in commit.writes { try writer.put(write) }
        guard let last = commit.entries.last else { return }
        if tail == nil { try LogFold.setMark(head.next, &writer, keys) }
        chain = link.value()
        try chain.lend { value throws(LMDBError) in
            try writer.transaction.put(writer.tables.chain, keys.key(last.key), value, .append)
        }
    }

    /// Leaves the tail as it was before a commit that failed.
    func takeBack(_ commit: Commit) {
        for (entry, before) in zip(commit.entries, replaced).reversed() { tail?.remove(entry, restoring: before) }
    }

    private func append(_ entry: Entry, _ writer: inout RowWriter, _ link: inout CommitChain) throws(LMDBError) {
        let size = EntryCodec.size(entry)
        let record = try writer.transaction.reserve(writer.tables.log, keys.key(entry.key), count: size, .append)
        EntryCodec.encode(entry, into: record)
        // Before the next write, which may move the page the record is in.
        precondition(link.add(Bytes(record)), "A record without a header was encoded")
        guard tail == nil else { return }
        if !entry.events.isEmpty, let stream = keys.stream(entry.aggregate.type, entry.aggregate.key) {
            let hit = StreamHit(firstVersion: entry.firstVersion, position: entry.key.position)
            try writer.put([hit], of: stream, keys)
        }
        if entry.receipt != nil, let id = keys.text(entry.cause.command) {
            try writer.putReceipt(id, keys.value(entry.key))
        }
    }
}
