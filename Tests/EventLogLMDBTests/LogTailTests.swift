import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import Testing

/// The index and the receipts may lag behind the log; nobody who reads can tell.
@Suite struct LogTailTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path }

    init() throws { directory = try TemporaryDirectory() }

    private static func commit(_ scribe: inout LogScribe, _ chance: inout some RandomNumberGenerator, ids: inout [String]) throws
    {
        for _ in 0..<Int.random(in: 0...6, using: &chance) {
            let aggregate = AggregateID(
                ["a", "ab", "b"].randomElement(using: &chance) ?? "a", "\(Int.random(in: 0..<9, using: &chance))")
            // Now and then so many that the index has a row before the newest.
            let most = Int.random(in: 0..<6, using: &chance) == 0 ? 70 : 3
            let bodies = (0..<Int.random(in: 0...most, using: &chance)).map { "\($0)" }
            let isAnswered = Bool.random(using: &chance) || bodies.isEmpty
            let id = "id-\(UInt32.random(in: 0 ... .max, using: &chance))"
            if isAnswered { ids.append(id) }
            try scribe.add(aggregate, bodies, id: id, receipt: isAnswered ? LogScribe.receipt() : nil)
        }
        let tables: [Table] = [.sagas, .sagaStates, .businessKeys, .timers]
        // At times in a commit without entries.
        for _ in 0..<Int.random(in: 0...4, using: &chance) {
            let value = Int.random(in: 0..<3, using: &chance) == 0 ? nil : (0..<Int.random(in: 0...40, using: &chance)).map { UInt8($0) }
            scribe.commit.writes.append(
                TableWrite(
                    tables.randomElement(using: &chance) ?? .sagas, key: [UInt8.random(in: 0..<6, using: &chance), 0, UInt8.random(in: 0..<40, using: &chance)],
                    value: value))
        }
        if Int.random(in: 0..<5, using: &chance) == 0, !ids.isEmpty {
            scribe.commit.expired = [ids.remove(at: Int.random(in: 0..<ids.count, using: &chance))]
            // They expire in no order here, so any of them may be gone.
            scribe.commit.writes.append(
                TableWrite(.server, key: Array("swept".utf8), value: [UInt8](repeating: .max, count: 16)))
        }
    }

    private static let visits: [(UInt64, Bool)] = [
        (0, false), (4, false), (9, false), (63, false), (100, false), (300, false), (4, true), (70, true), (200, true), (.max, true),
    ]

    /// All that a reader can be asked, as one text.
    private static func everything(_ reader: any LogReader, ids: [String]) throws -> [String] {
        var told = ["\(reader.head)"]
        for type in ["a", "ab", "b", "c"] {
            for after in [nil, "3"] as [String?] {
                try reader.visitKeys(ofType: type, after: after) { key in
                    told.append("\(type) after \(after ?? "nothing"): \(key)")
                    return true
                }
            }
            for key in 0..<9 {
                let aggregate = AggregateID(type, "\(key)")
                told.append("\(aggregate): \(try reader.stream(aggregate).map { "\($0)" } ?? "none")")
                for (version, backwards) in Self.visits {
                    try reader.visitStream(aggregate, from: version, backwards: backwards) { entry in
                        told.append("\(aggregate) from \(version) \(backwards): \(entry.key) \(entry.firstVersion)")
                        return true
                    }
                }
            }
        }
        for table in [Table.sagas, .sagaStates, .businessKeys, .timers] {
            for (key, backwards) in [([], false), ([2], false), ([3, 0, 7], false), ([3, 0, 7], true), ([9], true)] as [([UInt8], Bool)] {
                told.append("\(table) from \(key) \(backwards): \(try reader.value(table, key).map { "\($0)" } ?? "none")")
                try reader.visit(table, from: key, backwards: backwards) { key, value in
                    told.append("\(key): \(value)")
                    return true
                }
            }
        }
        for id in ids { told.append("\(id): \(try reader.receipt(id)?.description ?? "none")") }
        return told
    }

    @Test(arguments: [1, 2, 5, 20, 1000], [UInt64(1), 2, 3]) func `it tells what a log in memory tells, also when opened again`(
        _ tail: Int, _ seed: UInt64
    ) throws {
        var chance = SplitMix(state: seed)
        let memory = InMemoryEventLog(identity: StoreIdentity(uuid: "u", created: Timestamp(milliseconds: 0)))
        var scribe = try LogScribe(memory)
        var disk: LMDBEventLog? = try LMDBEventLog(path: path, options: .tail(tail))
        var live: [String] = []
        var ids: Set<String> = []
        for round in 0..<60 {
            try LogTailTests.commit(&scribe, &chance, ids: &live)
            let commit = scribe.commit
            ids.formUnion(live)
            try scribe.write()
            try disk?.commit(commit)
            if round % 17 == 16 {
                disk = nil
                disk = try LMDBEventLog(path: path, options: .tail([tail, 0, 3].randomElement(using: &chance) ?? tail))
            }
            guard round % 4 == 0 else { continue }
            let asked = ids.sorted()
            let wanted = try memory.read { try LogTailTests.everything($0, ids: asked) }
            let found = try #require(try disk?.read { try LogTailTests.everything($0, ids: asked) })
            let difference = zip(found, wanted).first { $0 != $1 }.map { "\($0), not \($1)" } ?? ""
            #expect(difference == "" && found.count == wanted.count, "round \(round): \(difference)")
        }
        disk = nil
        // The rows are of no sagas.
        let problems = try StoreVerifier(path: path).run().problems.filter { !$0.what.contains("saga") && !$0.what.contains("state's row") }
        #expect(problems.map(\.description) == [])
    }

    @Test func `what waits is counted, kept over a restart and folded in time`() throws {
        var log: LMDBEventLog? = try LMDBEventLog(path: path, options: .tail(30))
        try Filling.fill(try #require(log), commits: 10)
        #expect(try log?.stat().unfolded == 20)
        #expect(try log?.stat().tables.first { $0.table == "index" }?.rows == 0)
        log = nil
        let report = try StoreVerifier(path: path).run()
        #expect(report.isGood && report.streams == 2 && report.receipts == 0 && report.entries == 20)
        log = try LMDBEventLog(path: path, options: .tail(30))
        #expect(
            try log?.read { try $0.stream(AggregateID("account", "1")) }
                == StreamHead(version: 10, position: 20, entryPosition: 20))
        try Filling.fill(try #require(log), commits: 20)
        #expect(try #require(try log?.stat().unfolded) < 60)
        #expect(try #require(try log?.stat().tables.first { $0.table == "index" }?.rows) == 2)
    }

    @Test func `a commit that was refused leaves nothing in the tail`() throws {
        var options = StoreOptions.small
        options.mapBytes = 2 << 20
        options.amberBytes = 0
        options.redBytes = 0
        let log = try LMDBEventLog(path: path, options: options)
        try Filling.fill(log, commits: 1)
        var scribe = try LogScribe(log)
        try scribe.add(
            AggregateID("new", "1"), [String(repeating: "x", count: 3 << 20)], id: "id-1", receipt: LogScribe.receipt())
        #expect(throws: LogFailure.self) { try scribe.write() }
        try log.read { reader in
            let stream = try reader.stream(AggregateID("new", "1"))
            let receipt = try reader.receipt("id-1")
            #expect(stream == nil && receipt == LogKey(position: 1, ordinal: 0))
        }
        try Filling.fill(log, commits: 1)
        try log.read { reader in
            let stream = try reader.stream(AggregateID("new", "1"))
            let account = try reader.stream(AggregateID("account", "0"))
            #expect(stream == nil && account?.version == 2)
        }
    }

    @Test func `readers on other threads see whole commits while segments come and go`() async throws {
        let log = try LMDBEventLog(path: path, options: .tail(3))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try Filling.fill(log, commits: 400) }
            for _ in 0..<2 {
                group.addTask {
                    var seen: UInt64 = 0
                    while seen < 800 {
                        try log.read { reader in
                            seen = reader.head.position
                            for account in ["0", "1"] {
                                let version = try reader.stream(AggregateID("account", account))?.version ?? 0
                                #expect(version == seen / 2)
                            }
                            let last = try reader.receipt("id-\(seen)")
                            #expect(seen == 0 || last == LogKey(position: seen, ordinal: 0))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a mark that hides entries from their streams is found at opening`() throws {
        try Filling.fill(try LMDBEventLog(path: path, options: .tail(1000)), commits: 4)
        let mark = try LMDBEventLog(path: path, options: .tail(1000)).stat().unfolded
        #expect(mark == 8)
        for (place, told) in [(UInt64(9), "lacks entry 8"), (5, "lacks entry 4"), (90, "beyond the end of the log")] {
            try Tampering.set(path, "meta", Array("folded".utf8), Tampering.key(place))
            do throws(StoreFailure) {
                _ = try LMDBEventLog(path: path, options: .small)
                Issue.record("it was opened with the mark at \(place)")
            } catch { #expect(error.description.contains(told)) }
        }
        try Tampering.set(path, "meta", Array("folded".utf8), Tampering.key(1))
        #expect(try LMDBEventLog(path: path, options: .small).stat().unfolded == 8)
    }
}
