import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import Testing

@Suite struct SpaceTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/store" }

    init() throws { directory = try TemporaryDirectory() }

    private let body = String(repeating: "x", count: 20_000)

    /// Commits until one is refused; answers how many were taken, the states seen, and the refusal.
    private func fill(_ log: LMDBEventLog, upTo most: Int = 2_000) throws -> (
        taken: Int, states: [SpaceState], refusal: LogFailure?
    ) {
        var states: [SpaceState] = []
        for taken in 0..<most {
            if states.last != log.space { states.append(log.space) }
            do { try Filling.fill(log, commits: 1, body: body) } catch { return (taken, states, error as? LogFailure) }
        }
        return (most, states, nil)
    }

    private func isFull(_ failure: LogFailure?) -> Bool {
        if case .full? = failure { return true }
        return false
    }

    @Test func `a quota turns the store amber, then red, and then nothing is written`() throws {
        var options = StoreOptions.small
        options.quotaBytes = 8 << 20
        options.amberBytes = 1 << 20
        options.redBytes = 1 << 20
        let log = try LMDBEventLog(path: path, options: options)
        let filled = try fill(log)
        #expect(filled.states == [.green, .amber, .red])
        #expect(isFull(filled.refusal))
        #expect(try log.read { $0.head.position } == UInt64(filled.taken) * 2)
        let size = try FileManager.default.attributesOfItem(atPath: path + "/data.mdb")[.size] as? Int
        #expect(try #require(size) <= 8 << 20)
    }

    @Test func `rows removed make room again`() throws {
        var options = StoreOptions.small
        options.quotaBytes = 8 << 20
        let log = try LMDBEventLog(path: path, options: options)
        var commit = Commit()
        commit.writes = [TableWrite(.snapshots, key: [1], value: [UInt8](repeating: 1, count: 8_150_000))]
        try log.commit(commit)
        let stat = try log.stat()
        #expect(log.space == .amber, "\(stat)")
        commit.writes = [TableWrite(.snapshots, key: [1], value: nil)]
        try log.commit(commit)
        commit.writes = [TableWrite(.snapshots, key: [2], value: [1])]
        try log.commit(commit)
        // Free pages are counted at most once a second.
        let deadline = ContinuousClock.now + .seconds(5)
        while log.space != .green && ContinuousClock.now < deadline { sched_yield() }
        #expect(log.space == .green)
    }

    @Test func `a full map refuses the commit, which leaves nothing, and smaller ones go on`() throws {
        var options = StoreOptions.small
        options.mapBytes = 2 << 20
        options.amberBytes = 0
        options.redBytes = 0
        let log = try LMDBEventLog(path: path, options: options)
        try Filling.fill(log, commits: 2)
        let before = try log.read { $0.head }
        do {
            try Filling.fill(log, commits: 1, body: String(repeating: "x", count: 2 << 20))
            Issue.record("it was written")
        } catch { #expect(isFull(error as? LogFailure)) }
        #expect(try log.read { $0.head } == before)
        try Filling.fill(log, commits: 2)
        _ = consume log
        #expect(try StoreVerifier(path: path).run().isGood)
    }

    /// A file that may not grow makes LMDB fail with an I/O error, as a broken disk would.
    private static func failForGood(_ path: String) throws {
        signal(SIGXFSZ, SIG_IGN)
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 3)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        let before = limit
        limit.rlim_cur = 200_000
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        for expected in ["at once", "for ever"] {
            do {
                try Filling.fill(log, commits: 1, body: String(repeating: "x", count: 1 << 20))
                throw ContractViolation("it was written, \(expected)")
            } catch let failure as LogFailure {
                guard case .failed = failure else { throw ContractViolation("\(failure), \(expected)") }
            }
            limit = before
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        }
        guard try log.read({ $0.head.position }) == 6 else { throw ContractViolation("what was committed is not read") }
    }

    @Test func `a failed write is final: no commit is taken after it, and what was committed is good`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in try SpaceTests.failForGood(path) }
        let report = try StoreVerifier(path: path).run()
        #expect(report.isGood && report.entries == 6)
    }

    @Test(.enabled(if: Disk.canBeMade)) func `a full disk refuses the commit, and the store is good`() throws {
        let disk = try Disk(directory.path + "/disk", megabytes: 6)
        var options = StoreOptions.small
        options.amberBytes = 0
        options.redBytes = 0
        let log = try LMDBEventLog(path: disk.path, options: options)
        try Filling.fill(log, commits: 20, body: body)
        // To the last byte: a write cut short is an I/O error to LMDB, and those are final.
        try? disk.fill(6 << 20)
        for _ in 0..<2 { #expect(isFull(try fill(log, upTo: 1).refusal)) }
        #expect(try log.read { $0.head.position } == 40)
        try disk.empty()
        try Filling.fill(log, commits: 1, body: body)
        _ = consume log
        let report = try StoreVerifier(path: disk.path).run()
        #expect(report.isGood && report.entries == 42)
    }

    @Test(.enabled(if: Disk.canBeMade))
    func `the reserve is given up when others fill the disk, and made again when there is room`() throws {
        let disk = try Disk(directory.path + "/disk", megabytes: 12)
        var options = StoreOptions.small
        options.amberBytes = 4 << 20
        options.redBytes = 1 << 20
        options.reserveBytes = 3 << 20
        let log = try LMDBEventLog(path: disk.path, options: options)
        #expect(log.space == .green)
        #expect(FileManager.default.fileExists(atPath: disk.path + "/RESERVE"))
        try disk.fill(8_700_000)
        #expect(log.space == .amber)
        #expect(!FileManager.default.fileExists(atPath: disk.path + "/RESERVE"))
        try Filling.fill(log, commits: 5)
        try disk.fill(11_700_000)
        #expect(log.space == .red)
        #expect(isFull(try fill(log, upTo: 1).refusal))
        try disk.empty()
        _ = consume log
        let again = try LMDBEventLog(path: disk.path, options: options)
        #expect(again.space == .green)
        #expect(FileManager.default.fileExists(atPath: disk.path + "/RESERVE"))
    }

    @Test(.enabled(if: Disk.canBeMade)) func `the reserve comes back at once each time there is room, while the store is in use`()
        throws
    {
        let disk = try Disk(directory.path + "/disk", megabytes: 12)
        var options = StoreOptions.small
        options.amberBytes = 4 << 20
        options.redBytes = 1 << 20
        options.reserveBytes = 3 << 20
        let log = try LMDBEventLog(path: disk.path, options: options)
        for _ in 1...2 {
            #expect(log.space == .green)
            try disk.fill(8_700_000)
            #expect(log.space == .amber)
            #expect(!FileManager.default.fileExists(atPath: disk.path + "/RESERVE"))
            try disk.empty()
        }
        #expect(log.space == .green)
        #expect(FileManager.default.fileExists(atPath: disk.path + "/RESERVE"))
    }
}
