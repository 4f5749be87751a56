import Foundation
import LMDB
import Testing

@Suite final class CursorTests {
    private let path: String
    private let environment: Environment

    init() throws {
        path = NSTemporaryDirectory() + "skald-cursor-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        environment = try Environment(path: path, mapSize: 1 << 24)
        try environment.write { transaction throws(LMDBError) in
            let plain = try transaction.makeDatabase("plain")
            let twins = try transaction.makeDatabase("twins", .fixedDuplicates)
            for key in ["b", "d", "f"] {
                try Array(key.utf8).lend { key throws(LMDBError) in try transaction.put(plain, key, key) }
            }
            for (key, values) in [("one", [5]), ("many", Array(stride(from: UInt8(2), through: 40, by: 2)))] {
                for value in values {
                    try Array(key.utf8).lend { key throws(LMDBError) in
                        try [value].lend { value throws(LMDBError) in try transaction.put(twins, key, value) }
                    }
                }
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func text(_ row: Cursor.Row?) -> String? { row.map { String(decoding: $0.key, as: UTF8.self) } }

    @Test func `it seeks the row at a key, behind it, or before it`() throws {
        try environment.read { transaction in
            let cursor = try transaction.cursor(try #require(try transaction.database("plain")))
            func least(_ key: String) throws -> String? { text(try Array(key.utf8).lend { try cursor.seek(atLeast: $0) }) }
            func most(_ key: String) throws -> String? { text(try Array(key.utf8).lend { try cursor.seek(atMost: $0) }) }
            #expect(try ["a", "b", "c", "f", "g"].map(least) == ["b", "b", "d", "f", nil])
            #expect(try ["a", "b", "c", "f", "g"].map(most) == [nil, "b", "b", "f", "f"])
            #expect(try text(cursor.first()) == "b")
            #expect(try text(cursor.next()) == "d")
            #expect(try text(cursor.last()) == "f")
            #expect(text(try cursor.next()) == nil)
            #expect(try text(cursor.previous()) == "d")
        }
    }

    @Test func `duplicates are found by value, first, last, next and before`() throws {
        try environment.read { transaction in
            let cursor = try transaction.cursor(try #require(try transaction.database("twins", .fixedDuplicates)))
            func least(_ key: String, _ value: UInt8) throws -> UInt8? {
                try Array(key.utf8).lend { key in try [value].lend { try cursor.duplicate(of: key, atLeast: $0) } }?.first
            }
            let many = Array("many".utf8)
            #expect(try many.lend { try cursor.lastDuplicate(of: $0) }?.first == 40)
            #expect(try cursor.nextDuplicate() == nil)
            #expect(try many.lend { try cursor.firstDuplicate(of: $0) }?.first == 2)
            #expect(try cursor.previousDuplicate() == nil)
            #expect(try least("many", 7) == 8)
            #expect(try cursor.previousDuplicate()?.first == 6)
            #expect(try cursor.nextDuplicate()?.first == 8)
            #expect(try least("many", 41) == nil)
            #expect(try [5, 6].map { try least("one", $0) } == [5, nil])
            #expect(try least("none", 0) == nil)
            #expect(try text(cursor.first()) == "many")
            #expect(try text(cursor.nextKey()) == "one")
        }
    }

    @Test func `statistics count rows and pages`() throws {
        try environment.read { transaction in
            let twins = try transaction.statistics(try #require(try transaction.database("twins", .fixedDuplicates)))
            #expect(twins.entries == 21)
            let pageSize = try environment.information().pageSize
            #expect(twins.pages >= 1)
            #expect(twins.bytes == twins.pages * pageSize)
            #expect(try transaction.database("missing") == nil)
        }
    }
}
