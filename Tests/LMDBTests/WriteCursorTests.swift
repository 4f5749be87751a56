import Foundation
import LMDB
import Testing

@Suite final class WriteCursorTests {
    private let path: String
    private let environment: Environment

    init() throws {
        path = NSTemporaryDirectory() + "skald-write-cursor-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        environment = try Environment(path: path, mapSize: 1 << 26)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func bytes(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) } }

    private func number(_ bytes: Bytes) -> Int { Int(UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))) }

    private func rows(_ name: String, _ kind: Database.Kind = .plain) throws -> [[Int]] {
        try environment.read { transaction in
            let cursor = try transaction.cursor(try #require(try transaction.database(name, kind)))
            var rows: [[Int]] = []
            var row = try cursor.first()
            while let found = row {
                rows.append([number(found.key), number(found.value)])
                row = try cursor.next()
            }
            return rows
        }
    }

    /// Keys over many pages, in order and not, each put where an earlier one has left the cursor.
    @Test func `rows are inserted and overwritten from wherever it stands`() throws {
        let count = 3_000
        for offset in [0, 1] {
            try environment.write { transaction throws(LMDBError) in
                let cursor = try transaction.writeCursor(try transaction.makeDatabase("plain"))
                for step in 0..<count {
                    // First the even keys in order, then all of them out of order.
                    let key = offset == 0 ? 2 * step : step * 1_999 % count
                    try self.bytes(key).lend { key throws(LMDBError) in
                        try self.bytes(step).lend { value throws(LMDBError) in
                            if try cursor.insert(key, value) != nil { try cursor.overwrite(key, value) }
                        }
                    }
                }
            }
        }
        var expected: [Int: Int] = [:]
        for step in 0..<count { expected[2 * step] = step }
        for step in 0..<count { expected[step * 1_999 % count] = step }
        #expect(try rows("plain") == expected.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
    }

    /// One value, a few on the page of the key, and so many that they have pages of their own.
    @Test(arguments: [1, 5, 3_000]) func `the last of the duplicates moves on, and others come behind it`(count: Int) throws {
        try environment.write { transaction throws(LMDBError) in
            let cursor = try transaction.writeCursor(try transaction.makeDatabase("twins", .fixedDuplicates))
            for key in 1...3 {
                for value in 1...count {
                    let isNew = try self.change(key, value) { key, value throws(LMDBError) in try cursor.add(key, value) }
                    precondition(isNew)
                }
            }
            for value in [count + 10, count + 20] {
                try self.change(2, value) { key, value throws(LMDBError) in
                    _ = try cursor.place.lastDuplicate(of: key)
                    try cursor.overwrite(key, value)
                }
            }
            let isNew = [
                try self.change(2, count + 30) { key, value throws(LMDBError) in try cursor.add(key, value) },
                try self.change(2, count + 20) { key, value throws(LMDBError) in try cursor.add(key, value) },
            ]
            precondition(isNew == [true, false])
        }
        let untouched = { (key: Int) in (1...count).map { [key, $0] } }
        let changed = untouched(2).dropLast() + [[2, count + 20], [2, count + 30]]
        #expect(try rows("twins", .fixedDuplicates) == untouched(1) + changed + untouched(3))
    }

    private func change<Result>(_ key: Int, _ value: Int, _ body: (Bytes, Bytes) throws(LMDBError) -> Result) throws(LMDBError)
        -> Result
    {
        try bytes(key).lend { key throws(LMDBError) in
            try self.bytes(value).lend { value throws(LMDBError) in try body(key, value) }
        }
    }
}
