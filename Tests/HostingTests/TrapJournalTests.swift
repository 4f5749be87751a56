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

    @Test func `a long journal is read to its end`() throws {
        defer { unlink(path) }
        let stream = try #require(fopen(path, "w"))
        for _ in 0..<50_000 { fputs("a\n", stream) }
        fputs("b\n", stream)
        fclose(stream)
        let journal = try TrapJournal(path: path)
        #expect(journal.crashes(of: "a") == 50_000)
        #expect(journal.crashes(of: "b") == 1)
    }

    @Test func `a stack that runs over is a trap like any other`() async throws {
        defer { unlink(path) }
        await #expect(processExitsWith: .failure) { [path = path as String] in
            let journal = try TrapJournal(path: path)
            journal.running("saga-1")
            print(deeper(Int(getpid())))
        }
        #expect(try TrapJournal(path: path).crashes(of: "saga-1") == 1)
    }
}

/// Never returns; what it adds behind the call keeps it from being a loop.
private func deeper(_ depth: Int) -> Int { depth < 0 ? 0 : deeper(depth + 1) &+ depth }
