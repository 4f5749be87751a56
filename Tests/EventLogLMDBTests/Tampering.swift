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

    /// Changes rows of one table, as a faulty program would that knows of no sums over tables: it leaves none.
    static func change(_ path: String, _ table: String, _ body: (WriteTransaction, Database) throws(LMDBError) -> Void) throws {
        let environment = try Environment(path: path, mapSize: 1 << 30)
        try environment.write { transaction throws(LMDBError) in
            try body(transaction, try transaction.makeDatabase(table, table == "index" ? .fixedDuplicates : .plain))
            let meta = try transaction.makeDatabase("meta")
            try Array("sums".utf8).lend { key throws(LMDBError) in _ = try transaction.delete(meta, key) }
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

    /// Flips a bit in the first byte of the first key that begins with `prefix`.
    static func flipKey(_ path: String, _ table: String, _ prefix: [UInt8]) throws {
        try flip(path, table, prefix) { row in row.key }
    }

    /// Flips a bit in the first byte of the value behind the same.
    static func flipValue(_ path: String, _ table: String, _ prefix: [UInt8]) throws {
        try flip(path, table, prefix) { row in row.value }
    }

    private static func flip(_ path: String, _ table: String, _ prefix: [UInt8], _ part: (Cursor.Row) -> Bytes) throws {
        try flip(
            path,
            at: try look(path, table) { cursor in
                guard let row = try prefix.lend({ prefix throws(LMDBError) in try cursor.seek(atLeast: prefix) }),
                    row.key.starts(with: prefix)
                else { throw ContractViolation("\(table) has no such row") }
                return place(of: part(row))
            })
    }

    /// Flips a bit in the last key of each page that leads to pages of the table's rows, old ones among them.
    static func flipSeparator(_ path: String, _ table: String, ofValues: Bool = false) throws {
        let names = try look(path, table) { cursor in
            var names: Set<[UInt8]> = []
            while let row = try cursor.next() { names.insert([UInt8](ofValues ? row.value : row.key)) }
            return names
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb"))
        var places: [Int] = []
        for page in stride(from: 2 * pageBytes, to: data.count, by: pageBytes) {
            func number(_ offset: Int) -> Int { Int(data[page + offset]) | Int(data[page + offset + 1]) << 8 }
            let isBranch = number(10) == 1 && number(12) > headerBytes + 2 && number(12) < pageBytes
            guard isBranch else { continue }
            // Behind the number of the page it leads to: the length of the key, 2 bytes, and the key.
            let node = page + number(number(12) - 2)
            let key = node + 8
            let length = Int(data[node + 6]) | Int(data[node + 7]) << 8
            if key + length <= data.count, names.contains([UInt8](data[key..<key + length])) { places.append(key) }
        }
        guard !places.isEmpty else { throw ContractViolation("\(table) fills one page") }
        for place in places { try flip(path, at: place) }
    }

    private static let pageBytes = 4_096
    private static let headerBytes = 16

    private static func look<Result>(_ path: String, _ table: String, _ body: (borrowing Cursor) throws -> Result) throws
        -> Result
    {
        let environment = try Environment(path: path, mapSize: 1 << 30, readOnly: true)
        return try environment.read { transaction in
            guard let database = try transaction.database(table) else { throw ContractViolation("there is no table \(table)") }
            return try body(try transaction.cursor(database))
        }
    }

    /// Where bytes of a page that begins with its own number lie in the file.
    private static func place(of bytes: Bytes) -> Int {
        let address = Int(bitPattern: bytes.baseAddress)
        let page = UnsafeRawPointer(bitPattern: address - address % pageBytes)?.load(as: Int.self) ?? 0
        return page * pageBytes + address % pageBytes
    }

    private static func flip(_ path: String, at place: Int) throws {
        let url = URL(fileURLWithPath: path + "/data.mdb")
        var data = try Data(contentsOf: url)
        data[place] ^= 4
        try data.write(to: url)
    }
}
