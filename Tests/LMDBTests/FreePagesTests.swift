import Foundation
import LMDB
import Testing

@Suite struct FreePagesTests {
    /// A row of the free list begins with how many page numbers follow: at the root page of that table, whose number the newest
    /// meta page holds at byte 80 (its transaction at 144), the first node's value.
    private func overstate(_ file: URL) throws {
        var data = try Data(contentsOf: file)
        func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
            data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
        }
        let meta = number(144, UInt64.self) > number(4_096 + 144, UInt64.self) ? 0 : 4_096
        let page = Int(number(meta + 80, UInt64.self)) * 4_096
        let value = page + Int(number(page + 16, UInt16.self)) + 16
        for byte in 0..<8 { data[value + byte] = 255 }
        try data.write(to: file)
    }

    @Test func `a damaged list of free pages is counted no higher than its rows are long`() throws {
        let path = NSTemporaryDirectory() + "free-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        func fill() throws -> Int {
            let environment = try Environment(path: path, mapSize: 1 << 24)
            for round in 0..<4 {
                try environment.write { transaction throws(LMDBError) in
                    let table = try transaction.makeDatabase("t")
                    let value = [UInt8](repeating: UInt8(round), count: 40_000)
                    try [UInt8]("k".utf8).lend { key throws(LMDBError) in
                        try value.lend { value throws(LMDBError) in try transaction.put(table, key, value) }
                    }
                }
            }
            return try environment.read { try $0.freePages() }
        }
        let pages = try fill()
        #expect(pages > 0)
        try overstate(URL(fileURLWithPath: path + "/data.mdb"))
        let environment = try Environment(path: path, mapSize: 1 << 24)
        #expect((0...512).contains(try environment.read { try $0.freePages() }))
    }
}
