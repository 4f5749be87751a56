import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import Testing

/// What was acknowledged survives the death of the process, and what was not is there whole or not at all (ES-13, SS-01).
@Suite(.serialized) struct CrashTests {
    /// Commits of three events each, every one acknowledged in a file of its own before the next, until the process is killed
    /// by its other thread, at a time that chance decides.
    private static func writeUntilKilled(_ path: String, _ acknowledged: String, after microseconds: Int) throws {
        let file = open(acknowledged, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let log = try LMDBEventLog(path: path, options: .tail(5))
        Thread.detachNewThread {
            // The wait is the point: the moment of death shall fall anywhere in a commit.
            usleep(UInt32(microseconds))
            kill(getpid(), SIGKILL)
        }
        var scribe = try LogScribe(log)
        while true {
            let number = scribe.head.position
            try scribe.add(
                AggregateID("account", "\(number % 7)"), (0..<3).map { "{\"n\":\"\(number)+\($0)\"}" },
                receipt: LogScribe.receipt())
            try scribe.write()
            let line = Array("\(scribe.head.position)\n".utf8)
            guard write(file, line, line.count) == line.count else { throw ContractViolation("no acknowledgement") }
        }
    }

    @Test func `every acknowledged event is there after SIGKILL, and no command is there in part`() async throws {
        let directory = try TemporaryDirectory()
        let store = directory.path + "/store"
        let acknowledged = directory.path + "/acknowledged"
        for _ in 0..<12 {
            let wait = Int.random(in: 5_000...60_000)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [store = store as String, acknowledged = acknowledged as String, wait = wait as Int] in
                try CrashTests.writeUntilKilled(store, acknowledged, after: wait)
            }
            let lines = (try? String(contentsOfFile: acknowledged, encoding: .utf8))?.split(separator: "\n") ?? []
            let last = lines.last.flatMap { UInt64($0) } ?? 0
            // Dead before the store was made: nothing to look at yet.
            guard FileManager.default.fileExists(atPath: store + "/STORE") else { continue }
            let report = try StoreVerifier(path: store).run()
            #expect(report.problems.map(\.description) == [])
            #expect(report.events % 3 == 0)
            #expect(report.events >= last)
            // At most the one commit that was made and not told of.
            #expect(report.events <= last + 3)
            guard report.events > last else { continue }
            try "\(report.events)\n".write(toFile: acknowledged, atomically: true, encoding: .utf8)
        }
        let log = try LMDBEventLog(path: store, options: .small)
        #expect(try log.read { $0.head.position } > 0)
    }
}
