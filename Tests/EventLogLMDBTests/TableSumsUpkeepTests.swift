import EventLog
import EventLogLMDB
import EventLogTesting
import Kernel
import LMDB
import Testing

/// The sums follow every change of a row, whatever is replaced, removed or folded twice.
@Suite struct TableSumsUpkeepTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path }

    init() throws { directory = try TemporaryDirectory() }

    private func problems() throws -> [String] { try StoreVerifier(path: path).run().problems.map(\.description) }

    @Test(arguments: [0, 7, 65_536], [UInt64(1), 2]) func `rows set, replaced, removed and expired leave right sums`(
        _ tail: Int, _ seed: UInt64
    ) throws {
        var chance = SplitMix(state: seed)
        for round in 0..<8 {
            try change(try LMDBEventLog(path: path, options: .tail(tail)), &chance)
            #expect(try problems() == [], "round \(round)")
        }
    }

    private func change(_ log: LMDBEventLog, _ chance: inout SplitMix) throws {
        var scribe = try LogScribe(log)
        for _ in 0..<25 {
            for _ in 0..<Int.random(in: 0...4, using: &chance) {
                // Ids come again, as they do past retention.
                let id = "id-\(Int.random(in: 0..<60, using: &chance))"
                let key = "\(Int.random(in: 0..<5, using: &chance))"
                try scribe.add(AggregateID("item", key), ["{}"], id: id, receipt: LogScribe.receipt())
            }
            scribe.commit.expired = (0..<2).map { _ in "id-\(Int.random(in: 0..<70, using: &chance))" }
            scribe.commit.writes = (0..<3).map { _ in
                TableWrite(
                    .server, key: [UInt8.random(in: 0..<20, using: &chance)],
                    value: Bool.random(using: &chance) ? nil : [UInt8.random(in: 0..<9, using: &chance)])
            }
            // They expire in no order here, so any of them may be gone.
            let swept = [UInt8](repeating: .max, count: 16)
            scribe.commit.writes.append(TableWrite(.server, key: Array("swept".utf8), value: swept))
            try scribe.write()
        }
    }

    @Test func `a store without sums gets them when it is opened`() throws {
        try Filling.fill(try LMDBEventLog(path: path, options: .tail(0)), commits: 20)
        try Tampering.change(path, "receipts") { _, _ throws(LMDBError) in }
        #expect(try problems() == [])
        try Filling.fill(try LMDBEventLog(path: path, options: .tail(0)), commits: 3)
        try Tampering.flipKey(path, "receipts", Array("id-7".utf8))
        #expect(throws: StoreFailure.self) { try LMDBEventLog(path: path, options: .small) }
    }

    @Test func `a store with too many rows is checked while it is in use, and fails`() async throws {
        try Filling.fill(try LMDBEventLog(path: path, options: .tail(0)), commits: 20)
        var options = StoreOptions.small
        options.checkedRows = 10
        try Filling.fill(try LMDBEventLog(path: path, options: options), commits: 1)
        try Tampering.flipKey(path, "receipts", Array("id-7".utf8))
        let log = try LMDBEventLog(path: path, options: options)
        var told: LogFailure?
        while told == nil {
            await Task.yield()
            do throws(LogFailure) { try log.maintain() } catch { told = error }
        }
        let failure = try #require(told)
        guard case .failed(let text) = failure else { throw ContractViolation("\(failure)") }
        #expect(text.contains("table receipts: it has a row that is not found by its key: run `skald store verify --data DIR`"))
        #expect(throws: failure) { try log.commit(Commit()) }
    }

    @Test func `a store let go of while it is checked can be opened again at once`() throws {
        try Filling.fill(try LMDBEventLog(path: path, options: .small), commits: 1)
        // They leave the store without sums, so that the next opening adds them up.
        try Tampering.change(path, "snapshots") { transaction, table throws(LMDBError) in
            for number in UInt64(0)..<60_000 {
                try Tampering.key(number).lend { key throws(LMDBError) in try transaction.put(table, key, key) }
            }
        }
        var options = StoreOptions.small
        options.checkedRows = 10
        for _ in 0..<20 { _ = try LMDBEventLog(path: path, options: options) }
    }

    @Test func `a backup and what is restored of it keep the sums`() throws {
        let log = try LMDBEventLog(path: path, options: .tail(5))
        try Filling.fill(log, commits: 20)
        let backup = path + "/backup"
        #expect(try log.backup(to: backup).isGood)
        try Tampering.flipKey(backup, "snapshots", Array("account/0".utf8))
        let report = try StoreRestore.run(from: backup, to: path + "/restored")
        #expect(report.problems.map(\.description).contains("table snapshots: its rows are not those that were written"))
    }
}
