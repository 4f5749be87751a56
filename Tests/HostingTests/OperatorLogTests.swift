import Glibc
import Kernel
import Testing

@testable import Hosting

@Suite struct OperatorLogTests {
    private let time = Timestamp(milliseconds: 1_795_269_731_042)

    @Test func `each line has its time in UTC, to the millisecond, and the server's name`() {
        let log = OperatorLog(name: "skald", hasTimes: true)
        #expect(log.lines("ready on ipc://s", at: time) == "2026-11-21T14:02:11.042Z skald: ready on ipc://s\n")
        #expect(
            log.lines("a.yaml:1:2: one\na.yaml:3:4: two", at: time) == """
                2026-11-21T14:02:11.042Z skald: a.yaml:1:2: one
                2026-11-21T14:02:11.042Z skald: a.yaml:3:4: two

                """)
    }

    @Test func `for the journal, which keeps the time itself, there is the name alone`() {
        #expect(OperatorLog(name: "skald", hasTimes: false).lines("stopped", at: time) == "skald: stopped\n")
    }

    @Test func `the journal is told by device and inode of the very stream`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var file = stat()
        try #require(fstat(ends[1], &file) == 0)
        let stream = "\(file.st_dev):\(file.st_ino)"
        #expect(OperatorLog.isJournal(ends[1], stream: stream))
        // The word about the journal outlives a redirection of the stream.
        #expect(!OperatorLog.isJournal(ends[1], stream: "\(file.st_dev):\(file.st_ino + 1)"))
        #expect(!OperatorLog.isJournal(ends[1], stream: nil) && !OperatorLog.isJournal(ends[1], stream: ""))
        #expect(!OperatorLog.isJournal(-1, stream: stream))
    }
}
