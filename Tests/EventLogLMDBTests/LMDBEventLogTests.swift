import EventLog
import EventLogLMDB
import EventLogTesting
import Kernel
import Testing

@Suite struct LMDBEventLogTests {
    @Test(arguments: EventLogContract.all) func `it keeps the contract of every store`(_ fact: EventLogContract) throws {
        let directory = try TemporaryDirectory()
        try fact.show(try LMDBEventLog(path: directory.path, options: .small))
    }
}
