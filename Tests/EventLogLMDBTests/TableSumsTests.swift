import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import LMDB
import Testing

/// One changed bit hides a row of a table from those who look it up: the store is refused, and verification names the table.
@Suite struct TableSumsTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path }

    /// 1,200 entries, so that index, receipts and rows beside the log fill more than one page each.
    init() throws {
        directory = try TemporaryDirectory()
        let log = try LMDBEventLog(path: directory.path, options: .tail(0))
        try Filling.fill(log, commits: 300)
        var scribe = try LogScribe(log)
        for number in 0..<300 {
            let name = "\(number)-" + String(repeating: "x", count: 40)
            try scribe.add(AggregateID("item", name), ["{}"], id: "command-" + name, receipt: LogScribe.receipt())
            scribe.commit.writes = [
                TableWrite(.businessKeys, key: Array(name.utf8), value: Array("trip-1".utf8)),
                TableWrite(.timers, key: Array("time\(number)".utf8), value: []),
            ]
            try scribe.write()
        }
        // So far apart that each has a row of the index.
        for _ in 0..<300 {
            try scribe.add(AggregateID("item", "long"), [String](repeating: "{}", count: 70))
            try scribe.write()
        }
    }

    private func expectRefused(_ table: String) throws {
        let told: String
        do throws(StoreFailure) {
            _ = try LMDBEventLog(path: path, options: .small)
            throw .refused("it was opened, though a row of \(table) is hidden")
        } catch { told = error.description }
        let advice = ": run `skald store verify --data DIR`, and restore a backup"
        #expect(told.contains("table \(table)") && told.hasSuffix(advice), "\(told)")
        let problems = try StoreVerifier(path: path).run().problems.map(\.description)
        #expect(problems.contains { told == "\(path)/data.mdb: \($0)\(advice)" }, "\(problems)")
    }

    @Test(arguments: [
        ("index", "account/0"), ("index", "item/7-"), ("receipts", "id-7"), ("receipts", "command-250-"),
        ("business_keys", "33-"), ("timers", "time100"), ("snapshots", "account/0"), ("server", "\u{3}"), ("meta", "folded"),
        ("meta", "sums"),
    ]) func `a bit flipped in the key of a row is refused`(_ table: String, _ key: String) throws {
        try Tampering.flipKey(path, table, Array(key.utf8))
        try expectRefused(table)
    }

    @Test(arguments: ["index", "receipts", "business_keys", "timers"]) func `a bit flipped in a key above the rows is refused`(
        _ table: String
    ) throws {
        try Tampering.flipSeparator(path, table)
        try expectRefused(table)
    }

    @Test func `a bit flipped above the entries of one stream is refused`() throws {
        try Tampering.flipSeparator(path, "index", ofValues: true)
        try expectRefused("index")
    }

    @Test(arguments: ["receipts", "index", "meta"]) func `a bit flipped in a value is refused`(_ table: String) throws {
        let key = ["receipts": "id-9", "index": "item/7-", "meta": "folded"][table] ?? ""
        try Tampering.flipValue(path, table, Array(key.utf8))
        try expectRefused(table)
    }
}
