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
        for (entry, stream, version, id) in [
            (7, "account/0", 4, "id-7"), (36, "account/1", 18, "id-36"), (51, "account/0", 26, "id-51"),
        ] {
            #expect(found.contains("entry \(entry): its bytes do not match their CRC32C"))
            #expect(found.contains("stream \(stream): its entry \(entry), from version \(version), cannot be read"))
            #expect(found.contains("receipt \(id): entry \(entry), which holds its answer, cannot be read"))
        }
        // The second and third flips are under the chain: in a digest and in a header.
        let blamed = ["entry 7", "entry 36", "entry 51", "entry 52: the chain"]
        #expect(found.allSatisfy { text in blamed.contains { text.contains($0) } }, "\(found)")
    }

    @Test func `a stream whose index has lost a row is an error for its readers, never a shorter stream`() throws {
        let stream = AggregateID("account", "0")
        try Tampering.change(path, "index") { transaction, table throws(LMDBError) in
            try Array(stream.description.utf8).lend { key throws(LMDBError) in
                _ = try transaction.delete(table, key)
                for version in UInt64(1)...40 where version != 20 {
                    try Tampering.hit(version, 2 * version - 1).lend { hit throws(LMDBError) in
                        try transaction.put(table, key, hit)
                    }
                }
            }
        }
        let log = try LMDBEventLog(path: path, options: .tail(0))
        func versions(_ stream: AggregateID, from version: UInt64, backwards: Bool = false) throws -> [UInt64] {
            var found: [UInt64] = []
            try log.read { reader in
                try reader.visitStream(stream, from: version, backwards: backwards) {
                    found.append($0.firstVersion)
                    return true
                }
            }
            return found
        }
        for (version, backwards) in [(1, false), (20, false), (40, true)] as [(UInt64, Bool)] {
            let told = #expect(throws: LogFailure.self) { try versions(stream, from: version, backwards: backwards) }
            #expect(told.map { "\($0)".contains("stream account/0: its index lacks") } ?? false)
        }
        #expect(try versions(stream, from: 21).count == 20)
        #expect(try versions(AggregateID("account", "1"), from: 1).count == 40)
        #expect(try versions(AggregateID("account", "1"), from: 40, backwards: true).count == 40)
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
        #expect(found.contains("stream account/0: its index names position 9, where no entry begins"))
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

    @Test func `an index that lacks an entry, names another's, or gives another version is named`() throws {
        try Tampering.change(path, "index") { transaction, table throws(LMDBError) in
            try Array("account/0".utf8).lend { key throws(LMDBError) in
                _ = try transaction.delete(table, key)
                for (version, position) in [(1, 1), (2, 4), (9, 5)] + (4...40).map({ ($0, $0 * 2 - 1) }) as [(UInt64, UInt64)] {
                    try Tampering.hit(version, position).lend { hit throws(LMDBError) in try transaction.put(table, key, hit) }
                }
            }
        }
        let found = try problems()
        #expect(found.contains("stream account/0: its index lacks entry 3"))
        #expect(found.contains("stream account/0: its index names entry 4, which is account/1's"))
        #expect(found.contains("stream account/0: its index gives entry 5 another version"))
        let log = try LMDBEventLog(path: path, options: .tail(0))
        #expect(throws: LogFailure.self) {
            try log.read { try $0.visitStream(AggregateID("account", "0"), from: 1, backwards: false) { _ in true } }
        }
    }

    @Test func `versions and back references that do not follow are named`() throws {
        var entry = try record(at: LogKey(position: 80, ordinal: 0))
        entry.previous = 5
        entry.firstVersion = 41
        try Tampering.set(path, "log", Tampering.key(80), EntryCodec.encode(entry))
        try Tampering.change(path, "index") { transaction, table throws(LMDBError) in
            try Array("account/1".utf8).lend { key throws(LMDBError) in
                try Tampering.hit(41, 80).lend { hit throws(LMDBError) in try transaction.put(table, key, hit) }
            }
        }
        let found = try problems()
        #expect(found.contains("stream account/1: its index gives entry 80 another version"))
        #expect(found.contains("stream account/1: entry 80 has version 41 where 40 must follow"))
        #expect(found.contains("stream account/1: entry 80 names 5 as the entry before it, which is 78"))
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
