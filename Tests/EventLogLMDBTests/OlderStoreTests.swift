import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import LMDB
import Testing

/// Stores of programs that knew fewer tables: they are read as if these were empty, and get them when opened to be written.
@Suite(.serialized) struct OlderStoreTests {
    private static let later: [Table] = [.queue, .leases, .inbox]
    private static let laterNames = ["queue", "leases", "inbox"]

    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/store" }

    init() throws { directory = try TemporaryDirectory() }

    /// Puts a kept store of such a program in place, as it was.
    private func put(_ golden: String) throws {
        let kept = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil)).appendingPathComponent(golden)
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for file in ["STORE", "data.mdb"] {
            try FileManager.default.copyItem(at: kept.appendingPathComponent(file), to: URL(fileURLWithPath: path + "/" + file))
        }
    }

    private func problems() throws -> [String] { try StoreVerifier(path: path).run().problems.map(\.description) }

    private func corruption(_ body: () throws -> Void) throws -> String {
        do { try body() } catch StoreFailure.corrupt(let text) { return text }
        throw ContractViolation("it was taken for good")
    }

    /// What an opening that ended somewhere left: which later tables there are, and how many bytes of sums.
    private func left() throws -> (tables: [String], sums: Int?) {
        let environment = try Environment(path: path, mapSize: 1 << 30, readOnly: true)
        return try environment.read { transaction in
            let tables = try OlderStoreTests.laterNames.filter { try transaction.database($0) != nil }
            let meta = try #require(try transaction.database("meta"))
            return (tables, try Array("sums".utf8).lend { try transaction.get(meta, $0) }?.count)
        }
    }

    /// A row of sums with so many bytes taken off its end, or zeros put there, and a right seal.
    private func resize(by change: Int) throws {
        let environment = try Environment(path: path, mapSize: 1 << 30)
        let key = Array("sums".utf8)
        try environment.write { transaction throws(LMDBError) in
            let meta = try transaction.makeDatabase("meta")
            try key.lend { name throws(LMDBError) in
                var sums = [UInt8]((try transaction.get(meta, name) ?? Bytes(start: nil, count: 0)).dropLast(4))
                sums = change < 0 ? sums.dropLast(-change) : sums + [UInt8](repeating: 0, count: change)
                let seal = CRC32C.checksum(key + sums)
                let row = sums + (0..<4).map { UInt8(truncatingIfNeeded: seal >> (8 * $0)) }
                try row.lend { row throws(LMDBError) in try transaction.put(meta, name, row) }
            }
        }
    }

    @Test(arguments: ["format-1", "format-1-sums"]) func `it is verified, counted and copied as it is`(_ golden: String) throws {
        try put(golden)
        let before = try Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb"))
        #expect(try problems() == [])
        #expect(try StoreVerifier(path: path).run(fast: true).isGood)
        let stat = try StoreStat.read(path: path)
        #expect(stat.tables.suffix(3).map(\.table) == OlderStoreTests.laterNames)
        #expect(stat.tables.suffix(3).allSatisfy { $0.rows == 0 && $0.bytes == 0 })
        #expect(try StoreBackup.run(from: path, to: directory.path + "/backup").isGood)
        #expect(try StoreRestore.run(from: directory.path + "/backup", to: directory.path + "/restored").isGood)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb")) == before)
        try Filling.fill(try LMDBEventLog(path: directory.path + "/restored", options: .small), commits: 1)
        #expect(try StoreVerifier(path: directory.path + "/restored").run().isGood)
    }

    @Test(arguments: ["format-1", "format-1-sums"], [10, 2_000_000])
    func `opened to be written it has all tables, and the sums follow them`(_ golden: String, _ checkedRows: Int) throws {
        var options = StoreOptions.small
        options.checkedRows = checkedRows
        try put(golden)
        _ = try LMDBEventLog(path: path, options: options)
        #expect(try left() == (OlderStoreTests.laterNames, 12 * 16 + 4))
        #expect(try problems() == [])
        for value in ["trip-1 do a", "trip-1 undo a", nil] {
            let log = try LMDBEventLog(path: path, options: options)
            var commit = Commit()
            commit.writes = [
                TableWrite(.queue, key: Array("lane".utf8), value: Array("trip-1".utf8)),
                TableWrite(.leases, key: Array("lease".utf8), value: value.map { Array($0.utf8) }),
            ]
            try log.commit(commit)
            #expect(try log.read { try $0.value(.leases, Array("lease".utf8)) } == value.map { Array($0.utf8) })
            _ = consume log
            #expect(try problems() == [])
        }
        try Tampering.flipKey(path, "queue", Array("lane".utf8))
        #expect(try problems().first == "table queue: its rows are not those that were written")
        #expect(throws: StoreFailure.self) { try LMDBEventLog(path: path, options: .small) }
    }

    @Test(arguments: ["format-1", "format-1-sums"]) func `a process killed while it opens one leaves all of the tables or none`(
        _ golden: String
    ) async throws {
        for wait in stride(from: 0, through: 24_000, by: 2_000) {
            try put(golden)
            let old = try left()
            #expect(old == ([], golden == "format-1" ? nil : 9 * 16 + 4))
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, wait = wait as Int] in
                Thread.detachNewThread {
                    // The wait is the point: the moment of death shall fall anywhere in the opening.
                    usleep(UInt32(wait))
                    kill(getpid(), SIGKILL)
                }
                let log = try LMDBEventLog(path: path, options: .small)
                while true { _ = try log.read { $0.head } }
            }
            let new = try left()
            #expect(new == old || new == (OlderStoreTests.laterNames, 12 * 16 + 4), "\(new) after \(wait) µs")
            #expect(try problems() == [])
            try Filling.fill(try LMDBEventLog(path: path, options: .small), commits: 1)
            #expect(try problems() == [])
        }
    }

    @Test func `short sums beside all tables are sums of empty ones`() throws {
        _ = try LMDBEventLog(path: path, options: .small)
        try resize(by: -3 * 16)
        #expect(try problems() == [])
        try write(.server)
        #expect(try left() == (OlderStoreTests.laterNames, 12 * 16 + 4))
        try resize(by: -3 * 16)
        for table in OlderStoreTests.later { try write(table) }
        let absent = ["queue", "leases"].map { "table \($0), row \\x01: the saga it names is not in the log" }
        #expect(try problems() == absent)
        try resize(by: -3 * 16)
        let told = try corruption { _ = try LMDBEventLog(path: path, options: .small) }
        #expect(told.contains("table queue: it has 1 rows where 0 were written"))
    }

    private func write(_ table: Table) throws {
        let log = try LMDBEventLog(path: path, options: .small)
        var commit = Commit()
        commit.writes = [TableWrite(table, key: [1], value: [1])]
        try log.commit(commit)
    }

    @Test(arguments: [-16, 16, 2 * 16, 3 * 16 - 1, 4 * 16]) func `sums of any other length are damage`(_ change: Int) throws {
        try put("format-1-sums")
        try resize(by: change)
        let told = try corruption { _ = try LMDBEventLog(path: path, options: .small) }
        #expect(told.contains("table meta, row sums: its bytes do not match their CRC32C"))
        #expect(try problems().contains { $0.contains("table meta, row sums") })
    }

    /// The last letter of a name is another, so that the names stay in order and only this one is not found.
    @Test(arguments: ["format-1", "format-1-sums"], ["timers", "server"])
    func `a table that every store has is damage when it is lost`(_ golden: String, _ name: String) throws {
        try put(golden)
        try Tampering.flip(path, behind: name, offset: name.utf8.count - 1)
        try expectLost()
    }

    @Test(arguments: OlderStoreTests.laterNames) func `a later table that was made is damage when it is lost`(_ name: String)
        throws
    {
        try put("format-1-sums")
        _ = try LMDBEventLog(path: path, options: .small)
        try Tampering.flip(path, behind: name, offset: name.utf8.count - 1)
        try expectLost()
    }

    @Test func `all later tables lost are damage too, told by the sums`() throws {
        try put("format-1-sums")
        try resize(by: 3 * 16)
        try expectLost()
    }

    private func expectLost() throws {
        let told = try corruption { _ = try LMDBEventLog(path: path, options: .small) }
        #expect(told.contains("lacks tables of a store: restore a backup"), "\(told)")
        #expect(
            try corruption { _ = try StoreVerifier(path: path).run() } == told.replacingOccurrences(of: "mdb: it ", with: "mdb "))
        #expect(throws: StoreFailure.self) { try StoreStat.read(path: path) }
    }
}
