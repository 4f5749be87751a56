import Foundation
import LMDB
import Testing

@Suite final class EnvironmentTests {
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "skald-lmdb-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func open(mapSize: Int = 1 << 24) throws -> Environment { try Environment(path: path, mapSize: mapSize) }

    private func put(_ environment: Environment, _ rows: [(String, String)], _ how: WriteTransaction.Put = .set) throws {
        try environment.write { transaction throws(LMDBError) in
            let table = try transaction.makeDatabase("rows")
            for (key, value) in rows {
                try Array(key.utf8).lend { key throws(LMDBError) in
                    try Array(value.utf8).lend { value throws(LMDBError) in try transaction.put(table, key, value, how) }
                }
            }
        }
    }

    private func get(_ environment: Environment, _ key: String) throws -> String? {
        try environment.read { transaction in
            guard let table = try transaction.database("rows") else { return nil }
            return try Array(key.utf8).lend { try transaction.get(table, $0) }.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test func `a directory is open once in a process, under whatever name`() throws {
        let first = try open()
        #expect(throws: LMDBError.alreadyOpen(path)) { try open() }
        let link = path + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        #expect(throws: LMDBError.alreadyOpen(link)) { try Environment(path: link, mapSize: 1 << 20) }
        withExtendedLifetime(first) {}
    }

    @Test func `it may be opened again when its owner is gone, and holds what was committed`() throws {
        try put(try open(), [("a", "1")])
        #expect(try get(try open(), "a") == "1")
    }

    @Test func `a write that throws leaves nothing`() throws {
        let environment = try open()
        try put(environment, [("a", "1")])
        #expect(throws: LMDBError.panic) {
            try environment.write { transaction throws(LMDBError) in
                let table = try transaction.makeDatabase("rows")
                try transaction.clear(table)
                let cursor = try transaction.cursor(table)
                guard try cursor.first() == nil else { throw LMDBError.mapFull }
                throw LMDBError.panic
            }
        }
        #expect(try get(environment, "a") == "1")
    }

    @Test func `an append out of order is refused`() throws {
        let environment = try open()
        try put(environment, [("a", "1"), ("c", "2")], .append)
        #expect(throws: LMDBError.keyExists) { try put(environment, [("b", "3")], .append) }
        #expect(throws: LMDBError.keyExists) { try put(environment, [("a", "3")], .insert) }
        #expect(try get(environment, "b") == nil)
    }

    @Test func `a full map refuses the transaction and keeps what was there`() throws {
        let environment = try open(mapSize: 64 << 10)
        try put(environment, [("a", "1")])
        let large = String(repeating: "x", count: 100_000)
        #expect(throws: LMDBError.mapFull) { try put(environment, [("b", large)]) }
        try put(environment, [("c", "3")])
        #expect(try ["a", "b", "c"].map { try get(environment, $0) } == ["1", nil, "3"])
    }

    @Test func `its descriptors are not inherited by children`() throws {
        let environment = try open()
        var open: [String: Int32] = [:]
        // Of all there are: other tests have theirs open meanwhile.
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        for descriptor in all {
            if let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)"),
                file.hasPrefix(path)
            {
                open[file] = fcntl(descriptor, F_GETFD)
            }
        }
        #expect(open.keys.contains(path + "/data.mdb"))
        #expect(open.values.allSatisfy { $0 & FD_CLOEXEC != 0 })
        withExtendedLifetime(environment) {}
    }

    @Test func `a view stays as it was while others write, also on the same thread`() throws {
        let environment = try open()
        try put(environment, [("a", "1")])
        try environment.read { transaction in
            let table = try #require(try transaction.database("rows"))
            try put(environment, [("a", "2")])
            let seen = try Array("a".utf8).lend { try transaction.get(table, $0) }.map { String(decoding: $0, as: UTF8.self) }
            #expect(seen == "1")
            #expect(try environment.readers().map(\.process) == [getpid()])
        }
        #expect(try get(environment, "a") == "2")
        #expect(try environment.readers().allSatisfy { $0.transaction == nil })
    }

    @Test func `readers that died are cleared away`() async throws {
        let environment = try open()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in try EnvironmentTests.dieReading(path) }
        #expect(try environment.readers().count == 1)
        #expect(try environment.checkReaders() == 1)
        #expect(try environment.readers().isEmpty)
        withExtendedLifetime(environment) {}
    }

    @Test func `a copy is whole and smaller than what was freed`() throws {
        let environment = try open()
        for round in 0..<20 {
            try put(environment, (0..<100).map { ("key-\($0)", String(repeating: "\(round % 10)", count: 500)) })
        }
        let copy = path + "/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: copy + "/data.mdb", contents: nil)
        let file = try #require(FileHandle(forWritingAtPath: copy + "/data.mdb"))
        try environment.copyCompacted(to: file.fileDescriptor)
        let copied = try Environment(path: copy, mapSize: 1 << 24, readOnly: true)
        #expect(try get(copied, "key-99") == String(repeating: "9", count: 500))
        #expect(try copied.information().pagesUsed < (try environment.information().pagesUsed))
        #expect(try environment.read { try $0.freePages() } > 0)
    }

    @Test func `a transaction or cursor used after its closure stops the process`() async {
        await #expect(processExitsWith: .failure) { [path = path as String] in try EnvironmentTests.keepTransaction(path) }
    }

    private static func dieReading(_ path: String) throws {
        try Environment(path: path, mapSize: 1 << 24).read { _ in _ = kill(getpid(), SIGKILL) }
    }

    private static func keepTransaction(_ path: String) throws {
        let environment = try Environment(path: path, mapSize: 1 << 24)
        var kept: ReadTransaction?
        try environment.read { kept = $0 }
        _ = kept?.id
    }
}
