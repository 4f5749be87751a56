import EventLog
import EventLogTesting
import Foundation
import LMDB

/// Damage done to a closed store on purpose.
enum Tampering {
    /// Flips a bit of the data file, `offset` bytes from where `text` stands; pages no longer in use may hold copies of it.
    static func flip(_ path: String, behind text: String, offset: Int = 0) throws {
        let url = URL(fileURLWithPath: path + "/data.mdb")
        var data = try Data(contentsOf: url)
        var from = data.startIndex
        while let range = data.range(of: Data(text.utf8), in: from..<data.endIndex) {
            data[range.lowerBound + offset] ^= 4
            from = range.upperBound
        }
        guard from > data.startIndex else { throw ContractViolation("\(text) does not stand in \(url.path)") }
        try data.write(to: url)
    }

    /// Changes rows of one table, as a faulty program would.
    static func change(_ path: String, _ table: String, _ body: (WriteTransaction, Database) throws(LMDBError) -> Void) throws {
        let environment = try Environment(path: path, mapSize: 1 << 30)
        try environment.write { transaction throws(LMDBError) in
            try body(transaction, try transaction.makeDatabase(table, table == "index" ? .fixedDuplicates : .plain))
        }
    }

    static func set(_ path: String, _ table: String, _ key: [UInt8], _ value: [UInt8]) throws {
        try change(path, table) { transaction, table throws(LMDBError) in
            try key.lend { key throws(LMDBError) in
                try value.lend { value throws(LMDBError) in try transaction.put(table, key, value) }
            }
        }
    }

    static func remove(_ path: String, _ table: String, _ key: [UInt8]) throws {
        try change(path, table) { transaction, table throws(LMDBError) in
            try key.lend { key throws(LMDBError) in _ = try transaction.delete(table, key) }
        }
    }

    /// The key of a log entry.
    static func key(_ position: UInt64, _ ordinal: UInt32 = 0) -> [UInt8] {
        (0..<8).reversed().map { UInt8(truncatingIfNeeded: position >> (8 * $0)) }
            + (0..<4).reversed().map { UInt8(truncatingIfNeeded: ordinal >> (8 * $0)) }
    }

    /// A row of the stream index.
    static func hit(_ version: UInt64, _ position: UInt64) -> [UInt8] { Array(key(version).prefix(8) + key(position).prefix(8)) }
}
