import EventLog
import Kernel
import LMDB

extension VerificationRun {
    /// Rows beside the log are what was written, and the streams, sagas and rows that they name are there.
    mutating func checkRows(_ table: Table) throws(LMDBError) {
        guard let database = tables.stored(table) else { return }
        let cursor = try transaction.cursor(database)
        var row = try cursor.next()
        while let found = row {
            report.rows += 1
            let place = SealedRow.place(found.key, of: table)
            if found.key.count > RecordLimits.tableKeyBytes {
                report.add(place, "its key has \(found.key.count) bytes")
            } else if let value = SealedRow.open(found.key, found.value) {
                if let problem = try problem(of: table, found.key, value) { report.add(place, problem) }
                if try transaction.get(database, found.key) == nil { report.add(place, "it is not found by its key") }
            } else {
                report.add(place, SealedRow.broken)
            }
            row = try cursor.next()
        }
    }

    /// What is wrong with a row that is as it was written.
    private func problem(of table: Table, _ key: Bytes, _ value: Bytes) throws(LMDBError) -> String? {
        switch table {
        case .snapshots: try hasStream([UInt8](key)) ? nil : "there is no such stream"
        case .sagas: try sagaProblem(key, value)
        case .sagaStates: try stateProblem(key)
        case .businessKeys, .queue: try hasSaga([UInt8](value)) ? nil : "the saga it names is not in the log"
        case .timers: try hasSaga([UInt8](key.dropFirst(8))) ? nil : "the saga it names is not in the log"
        case .leases: try hasSaga([UInt8](value.prefix { $0 != UInt8(ascii: " ") })) ? nil : "the saga it names is not in the log"
        case .server, .inbox: nil
        }
    }

    private func hasSaga(_ id: [UInt8]) throws(LMDBError) -> Bool { try hasStream(VerificationRun.saga(id)) }

    private func hasStream(_ name: [UInt8]) throws(LMDBError) -> Bool {
        if late.contains(RowKey(name)) { return true }
        guard (1...RecordLimits.streamBytes).contains(name.count) else { return false }
        return try name.lend { name throws(LMDBError) in try transaction.get(tables.index, name) != nil }
    }

    private static func saga(_ id: [UInt8]) -> [UInt8] { Array("$saga/".utf8) + id }

    /// A saga's row is at the position of its first event and ends with a space and its id.
    private func sagaProblem(_ key: Bytes, _ value: Bytes) throws(LMDBError) -> String? {
        guard key.count == 8, let space = value.lastIndex(of: UInt8(ascii: " ")) else { return "it is not a saga's row" }
        let id = [UInt8](value[(space + 1)...])
        let position = UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
        let log = try transaction.cursor(tables.log)
        guard let row = try log.seek(atMost: keys.place(LogKey(position: position, ordinal: .max))), let place = LogKey(row.key),
            place.position == position, let entry = try? EntryCodec.decode(row.value, at: place), entry.firstVersion == 1,
            entry.aggregate.description.utf8.elementsEqual(VerificationRun.saga(id)), !entry.events.isEmpty
        else { return "no saga of its id begins at position \(position)" }
        return nil
    }

    /// A row of a state is the state's number and the key of a saga's row.
    private func stateProblem(_ key: Bytes) throws(LMDBError) -> String? {
        guard key.count == 9 else { return "it is not a state's row" }
        let there = try transaction.get(tables[.sagas], Bytes(rebasing: key.dropFirst())) != nil
        return there ? nil : "the saga's row it names is not there"
    }

    /// The last entry whose receipt may be gone: it is past retention.
    func swept() throws(LMDBError) -> LogKey? {
        try Array("swept".utf8).lend { key throws(LMDBError) in
            guard let row = try transaction.get(tables[.server], key), let value = SealedRow.open(key, row), value.count == 16
            else { return nil }
            let ordinal = UInt64(bigEndian: value.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            return LogKey(
                position: UInt64(bigEndian: value.loadUnaligned(as: UInt64.self)), ordinal: UInt32(truncatingIfNeeded: ordinal))
        }
    }
}
