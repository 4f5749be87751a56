import EventLog
import EventLogLMDB
import EventLogTesting
import Kernel
import Testing

@Suite struct LMDBEventLogTests {
    /// However much of the log waits to be folded into the tables.
    @Test(arguments: EventLogContract.all, [0, 1, 7, 65_536]) func `it keeps the contract of every store`(
        _ fact: EventLogContract, _ tail: Int
    ) throws {
        let directory = try TemporaryDirectory()
        try fact.show(try LMDBEventLog(path: directory.path, options: .tail(tail)))
    }
}
