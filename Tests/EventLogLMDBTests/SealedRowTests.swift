import EventLog
import EventLogLMDB
import EventLogTesting
import Kernel
import Testing

/// Rows beside the log of a store with one saga: damage is named when they are read, and by verification.
@Suite struct SealedRowTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path }
    private static let start: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1]

    init() throws {
        directory = try TemporaryDirectory()
        // Each row in its table, and nowhere else.
        let log = try LMDBEventLog(path: directory.path, options: .tail(0))
        var scribe = try LogScribe(log)
        try scribe.add(AggregateID("$saga", "trip-1"), ["{}"])
        scribe.commit.writes = [
            TableWrite(.sagas, key: Self.start, value: Array("trip compensating trip-1".utf8)),
            TableWrite(.sagaStates, key: [1] + Self.start, value: []),
            TableWrite(.businessKeys, key: Array("trip/berlin".utf8), value: Array("trip-1".utf8)),
            TableWrite(.timers, key: Self.start + Array("trip-1".utf8), value: []),
            TableWrite(.queue, key: Self.offer(2), value: Array("trip-1".utf8)),
            TableWrite(.leases, key: Self.start, value: Array("trip-1 do book 2 0 trip-1/book/do 60000".utf8)),
        ]
        try scribe.write()
    }

    /// The key under which an action of the saga's step waits for a worker.
    private static func offer(_ step: UInt8) -> [UInt8] { [0, 0] + Array("book".utf8) + [0] + start + [0, step] }

    private func problems() throws -> [String] { try StoreVerifier(path: path).run().problems.map(\.description) }

    private func write(_ table: Table, _ key: [UInt8], _ value: [UInt8]?) throws {
        let log = try LMDBEventLog(path: path, options: .small)
        var commit = Commit()
        commit.writes = [TableWrite(table, key: key, value: value)]
        try log.commit(commit)
    }

    @Test func `good rows are good`() throws { #expect(try problems() == []) }

    @Test func `a flipped bit in a value is named by verification and to a reader`() throws {
        try Tampering.flip(path, behind: "trip compensating", offset: 6)
        let named = "table sagas, row " + String(repeating: "\\x00", count: 7) + "\\x01: its bytes do not match their CRC32C"
        #expect(try problems() == [named])
        let log = try LMDBEventLog(path: path, options: .small)
        #expect(throws: LogFailure.corrupt(named)) { try log.read { try $0.value(.sagas, Self.start) } }
        #expect(throws: LogFailure.corrupt(named)) {
            try log.read { try $0.visit(.sagas, from: [], backwards: false) { _, _ in true } }
        }
    }

    @Test func `a flipped bit in a key is named`() throws {
        try Tampering.flip(path, behind: "trip/berlin")
        #expect(
            try problems() == [
                "table business_keys: its rows are not those that were written",
                "table business_keys, row prip/berlin: its bytes do not match their CRC32C",
            ])
    }

    @Test func `rows that name what is not there are named`() throws {
        let other: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 9]
        try write(.sagas, other, Array("trip running trip-9".utf8))
        try write(.sagaStates, [0, 0, 0, 0, 0, 0, 0, 0, 8], [])
        try write(.businessKeys, Array("trip/rome".utf8), Array("trip-9".utf8))
        try write(.timers, other + Array("trip-9".utf8), [])
        try write(.queue, Self.offer(3), Array("trip-9".utf8))
        try write(.queue, Self.offer(4), [])
        try write(.leases, other, Array("trip-9 do trip-1".utf8))
        try write(.leases, other + [0], Array(" trip-1 do book 2 0 trip-1/book/do 60000".utf8))
        let found = try problems()
        #expect(found.count == 8)
        for row in ["queue, row \\x00\\x00book\\x00", "leases, row \\x00"] {
            let named = found.filter { $0.hasPrefix("table \(row)") && $0.hasSuffix(": the saga it names is not in the log") }
            #expect(named.count == 2, "\(found)")
        }
        #expect(found.contains { $0.hasSuffix("\\x09: no saga of its id begins at position 9") })
        #expect(found.contains { $0.hasSuffix("\\x08: the saga's row it names is not there") })
        #expect(found.contains("table business_keys, row trip/rome: the saga it names is not in the log"))
        #expect(found.contains { $0.hasSuffix("trip-9: the saga it names is not in the log") })
    }
}
