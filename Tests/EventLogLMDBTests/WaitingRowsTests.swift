import EventLog
import EventLogLMDB
import EventLogTesting
import Kernel
import Testing

/// Rows of sagas, their states and business keys wait beside the chain until they are folded; nobody who reads can tell.
@Suite struct WaitingRowsTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path }

    init() throws { directory = try TemporaryDirectory() }

    private static func key(_ number: Int) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }

    /// Commits of an entry each, with a row of `sagas`, and one of `business_keys` that the next commit removes.
    private static func fill(_ log: any EventLog, _ numbers: Range<Int>) throws {
        var scribe = try LogScribe(log)
        for number in numbers {
            try scribe.add(AggregateID("$saga", "trip-\(number)"), ["{}"])
            scribe.commit.writes = [
                TableWrite(.sagas, key: key(number), value: Array("trip running trip-\(number)".utf8)),
                TableWrite(.businessKeys, key: key(number), value: Array("trip-\(number)".utf8)),
                TableWrite(.businessKeys, key: key(max(number, 1) - 1), value: nil),
            ]
            try scribe.write()
        }
    }

    private static func rows(_ log: any EventLog, _ table: Table, from key: [UInt8] = [], backwards: Bool = false) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try log.read { reader in
            try reader.visit(table, from: key, backwards: backwards) { key, _ in
                keys.append(key)
                return true
            }
        }
        return keys
    }

    private func stored(_ log: LMDBEventLog, _ table: String) throws -> Int? { try log.stat().tables.first { $0.table == table }?.rows }

    /// Does something with the store, opened for it alone.
    private func withStore(_ body: (LMDBEventLog) throws -> Void) throws { try body(try LMDBEventLog(path: path, options: .tail(1_000))) }

    @Test func `they are read before they are in their table, also when the store was opened again`() throws {
        func check(_ log: LMDBEventLog) throws {
            #expect(try stored(log, "sagas") == 0 && stored(log, "business_keys") == 0)
            #expect(try WaitingRowsTests.rows(log, .sagas) == (0..<300).map(WaitingRowsTests.key))
            let back = try WaitingRowsTests.rows(log, .sagas, from: [0, 200], backwards: true)
            #expect(back == (0...200).reversed().map(WaitingRowsTests.key))
            #expect(try WaitingRowsTests.rows(log, .businessKeys) == [WaitingRowsTests.key(299)])
            #expect(try log.read { try $0.value(.sagas, [0, 7]) } == Array("trip running trip-7".utf8))
            #expect(try log.read { try $0.value(.businessKeys, [0, 7]) } == nil)
        }
        try withStore { log in
            try WaitingRowsTests.fill(log, 0..<300)
            try check(log)
        }
        try withStore(check)
    }

    @Test func `they are folded in time, with what became of them meanwhile`() throws {
        let log = try LMDBEventLog(path: path, options: .tail(100))
        try WaitingRowsTests.fill(log, 0..<450)
        #expect(try #require(try stored(log, "sagas")) >= 250)
        #expect(try #require(try stored(log, "business_keys")) <= 4)
        #expect(try WaitingRowsTests.rows(log, .sagas).count == 450)
        #expect(try WaitingRowsTests.rows(log, .businessKeys) == [WaitingRowsTests.key(449)])
    }

    @Test func `a row written without an entry goes to its table, and those that waited before it`() throws {
        func check(_ log: LMDBEventLog) throws {
            #expect(try stored(log, "sagas") == 2 && stored(log, "business_keys") == 1)
            #expect(try WaitingRowsTests.rows(log, .sagas) == [[0, 0], [0, 1]])
            #expect(try log.read { try $0.value(.sagas, [0, 1]) } == [1])
        }
        try withStore { log in
            try WaitingRowsTests.fill(log, 0..<3)
            var commit = Commit()
            commit.writes = [TableWrite(.sagas, key: [0, 1], value: [1]), TableWrite(.sagas, key: [0, 2], value: nil)]
            try log.commit(commit)
            try check(log)
        }
        try withStore(check)
    }

    @Test func `those of a commit that was refused are gone`() throws {
        var options = StoreOptions.small
        (options.mapBytes, options.amberBytes, options.redBytes) = (2 << 20, 0, 0)
        let log = try LMDBEventLog(path: path, options: options)
        try WaitingRowsTests.fill(log, 0..<2)
        var scribe = try LogScribe(log)
        try scribe.add(AggregateID("$saga", "trip-2"), ["{}"])
        scribe.commit.writes = [
            TableWrite(.sagas, key: [0, 0], value: nil), TableWrite(.sagas, key: [0, 1], value: [1]),
            TableWrite(.sagas, key: [0, 2], value: [UInt8](repeating: 1, count: 3 << 20)),
        ]
        #expect(throws: LogFailure.self) { try scribe.write() }
        #expect(try WaitingRowsTests.rows(log, .sagas) == [[0, 0], [0, 1]])
        try WaitingRowsTests.fill(log, 2..<3)
        #expect(try log.read { try $0.value(.sagas, [0, 1]) } == Array("trip running trip-1".utf8))
        #expect(try WaitingRowsTests.rows(log, .sagas) == [[0, 0], [0, 1], [0, 2]])
    }

    @Test func `a flipped bit in one is named, and the store refused`() throws {
        try withStore { try WaitingRowsTests.fill($0, 0..<20) }
        try Tampering.flip(path, behind: "running trip-7")
        let what = "what is stored of the commit that ends here is not what was written"
        #expect(try StoreVerifier(path: path).run().problems.map(\.description) == ["entry 8: \(what)"])
        do throws(StoreFailure) {
            _ = try LMDBEventLog(path: path, options: .tail(1_000))
            Issue.record("it was opened")
        } catch { #expect(error.description.contains("entry 8: \(what)")) }
    }

    @Test func `one before the last commits is named too, where it waits`() throws {
        try withStore { try WaitingRowsTests.fill($0, 0..<40) }
        try Tampering.flip(path, behind: "running trip-7")
        do throws(StoreFailure) {
            _ = try LMDBEventLog(path: path, options: .tail(1_000))
            Issue.record("it was opened")
        } catch { #expect(error.description.contains("rows that wait to be folded are not those that were written")) }
    }

    /// LMDB gives the number of a transaction that changed nothing to the next one.
    @Test func `a commit that changes nothing does not lend its view to the next`() async throws {
        let log = try LMDBEventLog(path: path, options: .tail(1_000))
        func write(_ value: UInt8, _ scribe: inout LogScribe) throws {
            scribe.commit.writes = [TableWrite(.sagas, key: [1], value: [value]), TableWrite(.timers, key: [1], value: [value])]
            try scribe.write()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var scribe = try LogScribe(log)
                for _ in 0..<1_000 {
                    try scribe.add(AggregateID("a", "1"), ["1"])
                    try write(1, &scribe)
                    scribe.commit.writes = [TableWrite(.timers, key: [7], value: nil)]
                    try scribe.write()
                    try write(2, &scribe)
                }
                try scribe.add(AggregateID("a", "1"), ["1"])
                try write(3, &scribe)
            }
            group.addTask {
                var seen: [UInt8]?
                while seen != [3] {
                    try log.read { reader in
                        seen = try reader.value(.timers, [1])
                        let waiting = try reader.value(.sagas, [1])
                        #expect(waiting == seen)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
