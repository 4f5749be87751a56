import Engine
import Glibc
import Testing

@testable import Hosting

@Suite(.serialized) struct TrapJournalTests {
    private let path = "/tmp/skald-trap-journal-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    @Test func `a trap notes the saga that was running, and a restart counts it`() async throws {
        defer { unlink(path) }
        for expected in 1...2 {
            await #expect(processExitsWith: .failure) { [path = path as String] in
                let journal = try TrapJournal(path: path)
                journal.running("saga-1")
                let empty: [Int] = []
                print(empty[Int(getpid())])
            }
            #expect(try TrapJournal(path: path).crashes(of: "saga-1") == expected)
        }
        #expect(try TrapJournal(path: path).crashes(of: "saga-2") == 0)
    }

    @Test func `a trap outside of durable work is not counted`() async throws {
        defer { unlink(path) }
        await #expect(processExitsWith: .failure) { [path = path as String] in
            let journal = try TrapJournal(path: path)
            journal.running("saga-1")
            journal.running(nil)
            let empty: [Int] = []
            print(empty[Int(getpid())])
        }
        #expect(try TrapJournal(path: path).crashes(of: "saga-1") == 0)
    }

    @Test func `a person begins the count anew, for that saga alone`() throws {
        defer { unlink(path) }
        let stream = try #require(fopen(path, "w"))
        fputs("a\nb\na\n", stream)
        fclose(stream)
        let journal = try TrapJournal(path: path)
        #expect(journal.crashes(of: "a") == 2)
        journal.forget("a")
        let again = try TrapJournal(path: path)
        #expect(again.crashes(of: "a") == 0)
        #expect(again.crashes(of: "b") == 1)
    }
}
