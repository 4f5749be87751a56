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

    @Test(arguments: LastWords.signals)
    func `what a damaged page leads to ends with status 74 and a next step`(number: Int32) async throws {
        let result = await #expect(processExitsWith: .exitCode(74), observing: [\.standardErrorContent]) {
            [number = number as Int32] in
            LastWords.prepare("run store verify\n")
            // An assertion in C ends so, also where the signal is blocked.
            if number == SIGABRT { abort() }
            raise(number)
        }
        let words = try #require(result).standardErrorContent
        #expect(String(decoding: words, as: UTF8.self).hasSuffix("run store verify\n"))
    }

    @Test func `a saga that was running keeps its own signal, with last words prepared too`() async throws {
        defer { unlink(path) }
        await #expect(processExitsWith: .signal(SIGSEGV)) { [path = path as String] in
            LastWords.prepare("run store verify\n")
            let journal = try TrapJournal(path: path)
            journal.running("saga-1")
            raise(SIGSEGV)
        }
        #expect(try TrapJournal(path: path).crashes(of: "saga-1") == 1)
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
