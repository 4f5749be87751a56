import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import Testing

/// A store of every format there was is kept in `Golden` and must be read for ever. A new format gets its own by
/// `SKALD_WRITE_GOLDEN=1 swift test --filter GoldenStoreTests`, once, before it is released.
@Suite struct GoldenStoreTests {
    /// What is written now: format 1 with sums over the tables and rows that wait beside the chain, which it had not at first.
    private static let current = "format-1-waiting"

    private static let identity = StoreIdentity(
        uuid: "018bcfe5-6800-7000-8000-000000000001", created: Timestamp(milliseconds: 1_700_000_000_000))

    private static let entries: [Entry] = {
        let time = Timestamp(milliseconds: 1_700_000_000_123)
        let content = [UInt8](0..<16)
        func event(_ name: String, _ body: String, schema: UInt16 = 1) -> StoredBody {
            StoredBody(name: name, schema: schema, body: Array(body.utf8))
        }
        return [
            Entry(
                key: LogKey(position: 1, ordinal: 0), time: time, aggregate: AggregateID("account", "ålice/1"), firstVersion: 1,
                previous: 0,
                events: [event("account.opened", "{\"owner\":\"å\"}"), event("account.deposited", "{\"amount\":5}", schema: 2)],
                cause: Cause(
                    command: "018bcfe5-6800-7000-8000-00000000000a", correlation: "client-7", actor: "alice", epoch: 1,
                    headers: [.init(name: "traceparent", value: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]),
                receipt: Receipt(content: content, code: nil, version: 2, position: 2, body: Array("{\"balance\":5}".utf8))),
            Entry(
                key: LogKey(position: 3, ordinal: 0), time: time, aggregate: AggregateID("account", "ålice/1"), firstVersion: 3,
                previous: 1,
                events: [], cause: Cause(command: "rejected-1", epoch: 1),
                receipt: Receipt(
                    content: content, code: "rejected", version: nil, position: nil, body: Array("{\"message\":\"no\"}".utf8))),
            Entry(
                key: LogKey(position: 3, ordinal: 1), time: time.advanced(by: 5), aggregate: AggregateID("$saga", "trip-1"),
                firstVersion: 1,
                previous: 0, events: [event("saga.started", "{}"), event("step.started", "{\"step\":\"a\"}")],
                cause: Cause(command: "trip-1", correlation: "trip-1", causation: "start-1", attempt: 0, epoch: 2), receipt: nil),
            Entry(
                key: LogKey(position: 5, ordinal: 0), time: time.advanced(by: 9), aggregate: AggregateID("account", "ålice/1"),
                firstVersion: 3,
                previous: 1, events: [event("account.withdrawn", "")],
                cause: Cause(command: "trip-1/a/do", correlation: "trip-1", attempt: 3, epoch: 2), receipt: nil),
        ]
    }()

    private static let start: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 3]
    private static let writes = [
        TableWrite(.snapshots, key: Array("account/ålice/1".utf8), value: [1, 0, 255]),
        TableWrite(.timers, key: start + Array("trip-1".utf8), value: []),
        TableWrite(.sagas, key: start, value: Array("trip running trip-1".utf8)),
        TableWrite(.sagaStates, key: [0] + start, value: []),
        TableWrite(.businessKeys, key: Array("trip/a b".utf8), value: Array("trip-1".utf8)),
        TableWrite(.server, key: Array("epoch".utf8), value: [6, 0, 255]),
    ]

    /// Of tables that no kept store has yet.
    private static let laterWrites = [
        TableWrite(.queue, key: [1, 0] + Array("book".utf8) + [0] + start + [0, 2], value: Array("trip-1".utf8)),
        TableWrite(.leases, key: [0, 0, 0, 0, 0, 0, 0, 4], value: Array("trip-1 do book 2 0 trip-1/a/do 60000".utf8)),
    ]

    /// Two commits: the first entry alone, then the rest with rows beside the log.
    private static func fill(_ log: any EventLog) throws {
        var commit = Commit()
        commit.append(entries[0])
        try log.commit(commit)
        commit = Commit()
        for entry in entries[1...] { commit.append(entry) }
        commit.writes = writes
        try log.commit(commit)
    }

    private static func stores() throws -> [URL] {
        let golden = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
        return try FileManager.default.contentsOfDirectory(at: golden, includingPropertiesForKeys: nil).sorted {
            $0.path < $1.path
        }
    }

    @Test func `stores of every format are good, and say what they were told`() throws {
        let stores = try GoldenStoreTests.stores()
        #expect(stores.map(\.lastPathComponent) == ["format-1", "format-1-sums", GoldenStoreTests.current])
        for store in stores {
            let directory = try TemporaryDirectory()
            let path = directory.path + "/store"
            #expect(try StoreRestore.run(from: store.path, to: path).problems == [])
            let log = try LMDBEventLog(path: path, options: .small)
            #expect(log.identity == GoldenStoreTests.identity)
            try log.read { reader in
                for entry in GoldenStoreTests.entries {
                    #expect(try reader.entry(at: entry.key) == entry)
                    let place = try reader.receipt(entry.cause.command)
                    #expect(place == (entry.receipt == nil ? nil : entry.key))
                }
                for write in GoldenStoreTests.writes { #expect(try reader.value(write.table, write.key) == write.value) }
                #expect(
                    try reader.stream(AggregateID("account", "ålice/1")) == StreamHead(version: 3, position: 5, entryPosition: 5))
                #expect(reader.head.position == 5)
            }
            try Filling.fill(log, commits: 2)
            var commit = Commit()
            commit.writes = GoldenStoreTests.laterWrites
            try log.commit(commit)
            for write in commit.writes { #expect(try log.read { try $0.value(write.table, write.key) } == write.value) }
            _ = consume log
            #expect(try StoreVerifier(path: path).run().isGood)
        }
    }

    @Test func `what is written now has the bytes of format 1`() throws {
        let bytes = EncodedRecords(GoldenStoreTests.entries).hex
        let golden = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
        let kept = try String(
            contentsOf: golden.appendingPathComponent("\(GoldenStoreTests.current)/records.hex"), encoding: .utf8)
        #expect(bytes == kept)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["SKALD_WRITE_GOLDEN"] != nil)) func `a golden store is written`()
        throws
    {
        let directory = try TemporaryDirectory()
        let log = try LMDBEventLog(path: directory.path + "/store", options: .small, identity: GoldenStoreTests.identity)
        try GoldenStoreTests.fill(log)
        let target = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Golden/\(GoldenStoreTests.current)")
        #expect(try log.backup(to: target.path).isGood)
        try? FileManager.default.removeItem(at: target.appendingPathComponent("lock.mdb"))
        try EncodedRecords(GoldenStoreTests.entries).hex
            .write(to: target.appendingPathComponent("records.hex"), atomically: true, encoding: .utf8)
    }
}

/// Records as lines of hex.
private struct EncodedRecords {
    let hex: String

    init(_ entries: [Entry]) {
        hex = entries.map { entry in
            EntryCodec.encode(entry).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\n"
        }.joined()
    }
}
