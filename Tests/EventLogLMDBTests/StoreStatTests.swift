import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Testing

@Suite struct StoreStatTests {
    @Test func `it counts what is there`() throws {
        let directory = try TemporaryDirectory()
        let log = try LMDBEventLog(path: directory.path, options: .tail(0))
        try Filling.fill(log, commits: 10)
        let stat = try log.stat()
        #expect(stat.identity == log.identity && stat.format == 1)
        #expect(stat.unfolded == 0)
        #expect(stat.entries == 20 && stat.events == 20 && stat.head.position == 20)
        let rows = stat.tables.map { "\($0.table) \($0.rows)" }
        #expect(
            rows == [
                "log 20", "index 2", "receipts 20", "chain 10", "meta 3", "snapshots 1", "timers 0", "sagas 0", "saga_states 0",
                "business_keys 0", "server 10", "queue 0", "leases 0", "inbox 0",
            ])
        #expect(stat.tables.first { $0.table == "log" }.map { $0.bytes > 4096 } == true)
        #expect(stat.fileBytes > stat.freeBytes && stat.freeBytes > 0)
        #expect(stat.readers.isEmpty && stat.oldestReaderCommits == 0 && stat.space == .green)
        try log.read { _ in
            try Filling.fill(log, commits: 3)
            let stat = try log.stat()
            #expect(stat.readers == [getpid()] && stat.oldestReaderCommits == 3)
        }
    }

    @Test func `another process looks at a store in use`() async throws {
        let directory = try TemporaryDirectory()
        let log = try LMDBEventLog(path: directory.path, options: .tail(0))
        try Filling.fill(log, commits: 10)
        await #expect(processExitsWith: .success) { [path = directory.path as String] in
            let stat = try StoreStat.read(path: path, options: .tail(0))
            exit(stat.entries == 20 && stat.space == .green ? 0 : 1)
        }
        withExtendedLifetime(log) {}
    }
}
