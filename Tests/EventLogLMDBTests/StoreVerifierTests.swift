import EventLog
import EventLogLMDB
import EventLogTesting
import Kernel
import LMDB
import Testing

@Suite struct StoreVerifierTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path }

    /// A store of 40 commits: 80 entries of one event each, versions 1…40 of two accounts.
    init() throws {
        directory = try TemporaryDirectory()
        try Filling.fill(try LMDBEventLog(path: directory.path, options: .tail(0)), commits: 40)
    }

    private func problems(fast: Bool = false) throws -> [String] {
        try StoreVerifier(path: path).run(fast: fast).problems.map(\.description)
    }

    private func record(at key: LogKey) throws -> Entry {
        try #require(try LMDBEventLog(path: path, options: .tail(0)).read { try $0.entry(at: key) })
    }

    @Test func `a good store has no problems, and its counts are told`() throws {
        let report = try StoreVerifier(path: path).run()
        #expect(report.isGood && !report.isFast && report.problems.isEmpty)
        #expect(report.entries == 80 && report.events == 80 && report.commits == 40)
        #expect(report.streams == 2 && report.receipts == 80 && report.rows == 41)
        let fast = try StoreVerifier(path: path).run(fast: true)
        #expect(fast.isGood && fast.isFast)
        #expect(fast.commits == 16 && fast.entries == 32)
    }

    @Test func `an empty store is good`() throws {
        let empty = try TemporaryDirectory()
        _ = try LMDBEventLog(path: empty.path, options: .tail(0))
        #expect(try StoreVerifier(path: empty.path).run().isGood)
        #expect(try StoreVerifier(path: empty.path).run(fast: true).isGood)
    }

    @Test func `one flipped bit in each of several records is named, with its stream, and nothing else is blamed`() throws {
        try Tampering.flip(path, behind: "body-3-0")
        try Tampering.flip(path, behind: "body-17-1", offset: -20)
        try Tampering.flip(path, behind: "body-25-0", offset: -60)
        let found = try problems()
        for entry in [7, 36, 51] {
            #expect(found.contains("entry \(entry): its bytes do not match their CRC32C"))
            #expect(found.contains("receipt id-\(entry): entry \(entry), which holds its answer, cannot be read"))
        }
        // A stream is followed back to the first that cannot be read.
        for (entry, stream) in [(36, "account/1"), (51, "account/0")] {
            let why = "entry \(entry + 2) names \(entry) as the entry before it, which cannot be read"
            #expect(found.contains("stream \(stream): \(why)"))
        }
        // The second and third flips are under the chain: in a digest and in a header.
        let blamed = ["entry 7", "entry 36", "entry 51", "entry 38 names 36", "entry 53 names 51", "entry 52: the chain"]
        #expect(found.allSatisfy { text in blamed.contains { text.contains($0) } }, "\(found)")
    }

    /// Gives `account/0` these rows in the index and no others: first version and position.
    private func index(_ rows: [(version: UInt64, position: UInt64)]) throws {
        try Tampering.change(path, "index") { transaction, table throws(LMDBError) in
            try Array("account/0".utf8).lend { key throws(LMDBError) in
                _ = try transaction.delete(table, key)
                for (version, position) in rows {
                    try Tampering.hit(version, position).lend { hit throws(LMDBError) in
                        try transaction.put(table, key, hit)
                    }
                }
            }
        }
    }

    private func versions(from version: UInt64, backwards: Bool = false) throws -> [UInt64] {
        var found: [UInt64] = []
        try LMDBEventLog(path: path, options: .tail(0)).read { reader in
            try reader.visitStream(AggregateID("account", "0"), from: version, backwards: backwards) {
                found.append($0.firstVersion)
                return true
            }
        }
        return found
    }

    @Test func `a stream is read whole by any of its rows, as long as there is the newest`() throws {
        for rows: [UInt64] in [[40], [1, 40], [7, 8, 9, 40], Array(1...40)] {
            try index(rows.map { ($0, 2 * $0 - 1) })
            for version: UInt64 in [0, 1, 2, 8, 20, 39, 40] {
                #expect(try versions(from: version) == Array(max(1, version)...40))
                #expect(try versions(from: version, backwards: true) == (version == 0 ? [] : (1...version).reversed()))
            }
            #expect(try versions(from: 41) == [] && versions(from: .max, backwards: true).count == 40)
            #expect(try problems() == [])
        }
    }

    @Test func `a row that leads elsewhere is an error for its readers, never another stream`() throws {
        for wrong: (UInt64, UInt64) in [(20, 37), (20, 40), (19, 39), (41, 200)] {
            try index([wrong, (40, 79)])
            #expect(throws: LogFailure.self) { try versions(from: 1) }
            #expect(try problems().contains { $0.hasPrefix("stream account/0: ") })
        }
    }

    @Test func `a reader is told of a flipped bit in its stream, and other streams are read`() throws {
        try Tampering.flip(path, behind: "body-3-0")
        let log = try LMDBEventLog(path: path, options: .tail(0))
        #expect(throws: LogFailure.corrupt("entry 7: its bytes do not match their CRC32C")) {
            try log.read { try $0.visitStream(AggregateID("account", "0"), from: 1, backwards: false) { _ in true } }
        }
        var read = 0
        try log.read { reader in
            try reader.visitStream(AggregateID("account", "1"), from: 1, backwards: false) { _ in
                read += 1
                return true
            }
        }
        #expect(read == 40)
    }

    @Test func `a record written over with a good one breaks the chain`() throws {
        var entry = try record(at: LogKey(position: 9, ordinal: 0))
        entry.events[0].body = Array("{\"t\":\"forged\"}".utf8)
        try Tampering.set(path, "log", Tampering.key(9), EntryCodec.encode(entry))
        #expect(
            try problems() == [
                "entry 10: the chain over the commit that ends here is not the one stored: a record was changed, lost or added"
            ])
    }

    @Test func `a lost record is named by what stands behind it`() throws {
        try Tampering.remove(path, "log", Tampering.key(9))
        let found = try problems()
        #expect(found.contains("entry 10: the log goes on at 9: what stood between is lost"))
        #expect(found.contains("stream account/0: entry 11 names 9 as the entry before it, where no entry begins"))
        #expect(found.contains("receipt id-9: it names no entry of the log"))
    }

    @Test func `an answer that is lost, and a place that is not found, are errors for a reader`() throws {
        try Tampering.remove(path, "log", Tampering.key(9))
        let log = try LMDBEventLog(path: path, options: .small)
        #expect(throws: LogFailure.corrupt("receipt of id-9: entry 9, which holds its answer, is not found")) {
            try log.read { try $0.answer(to: "id-9") }
        }
        for backwards in [false, true] {
            #expect(throws: LogFailure.corrupt("the log: the entry that holds position 9 is not found by its place")) {
                try log.read { try $0.visitLog(from: 9, backwards: backwards) { _ in true } }
            }
        }
        #expect(try log.read { try $0.answer(to: "id-10")?.version } == 5)
        #expect(try log.read { try $0.answer(to: "nobody") } == nil)
    }

    @Test func `a lost end is named`() throws {
        try Tampering.remove(path, "log", Tampering.key(80))
        #expect(try problems().contains("commit 80: the log lacks its last entry"))
        #expect(try problems(fast: true) == ["commit 80: the log lacks its last entry"])
        #expect(throws: StoreFailure.self) { try LMDBEventLog(path: path, options: .tail(0)) }
    }

    @Test func `an entry behind the last commit is named`() throws {
        try Tampering.remove(path, "chain", Tampering.key(80))
        #expect(try problems(fast: true) == ["entry 79: it stands behind the last commit of the chain"])
    }

    @Test func `an index that lacks the newest entry, names another's, or gives another version is named`() throws {
        try index([(2, 4), (9, 5), (39, 77)])
        let found = try problems()
        #expect(found.contains("stream account/0: its index lacks entry 79"))
        #expect(found.contains("stream account/0: its index names position 4, which is account/1's"))
        #expect(found.contains("stream account/0: its index gives entry 5 another version"))
        #expect(throws: StoreFailure.self) { try versions(from: 1) }
    }

    @Test(arguments: [
        (78, 41, ["its index gives entry 80 another version", "entry 80 has version 41 where 40 must follow"]),
        (5, 40, ["entry 80 names 5 as the entry before it, which is account/0's"]),
        (76, 40, ["entry 80 has version 40 where 39 must follow"]), (80, 40, ["entry 80 names 80 as the entry before it, which is 0"]),
    ] as [(UInt64, UInt64, [String])])
    func `versions and back references that do not follow are named`(previous: UInt64, version: UInt64, told: [String]) throws {
        var entry = try record(at: LogKey(position: 80, ordinal: 0))
        (entry.previous, entry.firstVersion) = (previous, version)
        try Tampering.set(path, "log", Tampering.key(80), EntryCodec.encode(entry))
        let found = try problems()
        for problem in told { #expect(found.contains("stream account/1: \(problem)"), "\(found)") }
    }

    @Test func `time that goes back is named`() throws {
        var entry = try record(at: LogKey(position: 9, ordinal: 0))
        entry.time = Timestamp(milliseconds: 1)
        try Tampering.set(path, "log", Tampering.key(9), EntryCodec.encode(entry))
        #expect(try problems().contains("entry 9: its time is before that of the entry before"))
    }

    @Test func `a receipt of an entry without one, and a snapshot without a stream, are named`() throws {
        try Tampering.set(path, "receipts", Array("forged".utf8), Tampering.key(3))
        let log = try LMDBEventLog(path: path, options: .tail(0))
        var commit = Commit()
        commit.writes = [TableWrite(.snapshots, key: Array("account/none".utf8), value: [1])]
        try log.commit(commit)
        _ = consume log
        #expect(
            try problems() == [
                "receipt forged: entry 3, which it names, holds another id's answer or none",
                "table snapshots, row account/none: there is no such stream",
            ])
    }

    @Test func `receipts that expired are no problem`() throws {
        let log = try LMDBEventLog(path: path, options: .tail(0))
        var commit = Commit()
        commit.expired = ["id-1", "id-2"]
        commit.writes = [
            TableWrite(
                .server, key: Array("swept".utf8), value: [UInt8](repeating: 0, count: 7) + [2] + [UInt8](repeating: 0, count: 8))
        ]
        try log.commit(commit)
        _ = consume log
        let report = try StoreVerifier(path: path).run()
        #expect(report.isGood && report.receipts == 78)
    }

    @Test func `a receipt lost within retention is named`() throws {
        try Tampering.remove(path, "receipts", Array("id-7".utf8))
        #expect(try problems() == ["receipt id-7: it is lost, though entry 7 is within retention"])
    }

    @Test func `problems beyond those kept are counted`() throws {
        for position in UInt64(1)...80 { try Tampering.set(path, "receipts", Array("f\(position)".utf8), [1]) }
        #expect(try StoreVerifier(path: path).run().problemCount == 81, "each row, and the table")
    }
}
