import EventLog
import Glibc
import Kernel
import LMDB

/// The writing side: what the log ends with, and whether it may still be written.
struct LogWriter {
    private var head: LogHead
    private var chain: [UInt8]
    private var failed: String?
    private let keys = KeyBytes()

    init(head: LogHead, chain: [UInt8]) {
        self.head = head
        self.chain = chain
    }

    /// Throws the failure, unless an earlier final one comes first.
    func refuse(_ failure: LogFailure) throws(LogFailure) {
        if let failed { throw .failed(failed) }
        throw failure
    }

    /// Makes the commit durable; answers the transaction it became and the head behind it.
    mutating func write(_ commit: Commit, _ environment: Environment, _ tables: StoreTables, directory: String) throws(LogFailure)
        -> (transaction: UInt64, head: LogHead)
    {
        if let failed { throw .failed(failed) }
        let head = commit.head(after: head)
        do throws(LMDBError) {
            let (transaction, chain) = try environment.write { transaction throws(LMDBError) in
                (transaction.id, try stage(commit, transaction, tables))
            }
            self.chain = chain
            self.head = head
            return (transaction, head)
        } catch {
            throw failure(error, directory)
        }
    }

    private func stage(_ commit: Commit, _ transaction: WriteTransaction, _ tables: StoreTables) throws(LMDBError) -> [UInt8] {
        for id in commit.expired {
            if let key = keys.text(id) { try transaction.delete(tables.receipts, key) }
        }
        var link = CommitChain(after: chain)
        for entry in commit.entries { try stage(entry, transaction, tables, &link) }
        for write in commit.writes { try stage(write, transaction, tables) }
        guard let last = commit.entries.last else { return chain }
        let value = link.value()
        try value.lend { value throws(LMDBError) in
            try transaction.put(tables.chain, keys.key(last.key), value, .append)
        }
        return value
    }

    private func stage(_ entry: Entry, _ transaction: WriteTransaction, _ tables: StoreTables, _ link: inout CommitChain)
        throws(LMDBError)
    {
        let size = EntryCodec.size(entry)
        let record = try transaction.reserve(tables.log, keys.key(entry.key), count: size, .append)
        EntryCodec.encode(entry, into: record)
        // Before the next write, which may move the page the record is in.
        precondition(link.add(Bytes(record)), "A record without a header was encoded")
        if !entry.events.isEmpty, let stream = keys.stream(entry.aggregate.type, entry.aggregate.key) {
            let hit = StreamHit(firstVersion: entry.firstVersion, position: entry.key.position)
            try transaction.put(tables.index, stream, keys.value(hit))
        }
        if entry.receipt != nil, let id = keys.text(entry.cause.command) {
            try transaction.put(tables.receipts, id, keys.value(entry.key))
        }
    }

    private func stage(_ write: TableWrite, _ transaction: WriteTransaction, _ tables: StoreTables) throws(LMDBError) {
        try write.key.lend { key throws(LMDBError) in
            guard let value = write.value else {
                try transaction.delete(tables[write.table], key)
                return
            }
            try value.lend { value throws(LMDBError) in try transaction.put(tables[write.table], key, value) }
        }
    }

    /// LMDB has given the transaction up in every case. Only a lack of space leaves the store to be trusted.
    private mutating func failure(_ error: LMDBError, _ directory: String) -> LogFailure {
        if isFull(error, directory) {
            return .full("no space is left for \(directory) (\(error)): free some, or raise its quota")
        }
        let reason = "the store in \(directory) could not be written (\(error)): stop, and verify it before going on"
        failed = reason
        return .failed(reason)
    }

    private func isFull(_ error: LMDBError, _ directory: String) -> Bool {
        switch error {
        case .mapFull, .system(ENOSPC), .system(EDQUOT): true
        // LMDB reports a write cut short by a full disk as an I/O error.
        case .system(EIO): (FileSystem.free(directory) ?? .max) < Limits.fullBytes
        default: false
        }
    }
}
