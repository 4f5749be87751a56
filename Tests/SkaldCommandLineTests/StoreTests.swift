import EventLog
import Foundation
import Glibc
import Kernel
import Testing

@testable import EventLogLMDB
@testable import SkaldCommandLine

@Suite struct StoreTests {
    let stage = Stage()

    /// A store with one event, in a directory of its own.
    private func withStore(_ body: (String) throws -> Void) throws {
        let directory = "/tmp/skald-store-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try fill(directory + "/data")
        try body(directory)
    }

    private func fill(_ path: String) throws {
        let log = try LMDBEventLog(path: path, options: .small)
        var commit = Commit()
        commit.append(
            Entry(
                key: LogKey(position: 1, ordinal: 0), time: Timestamp(milliseconds: 1_795_269_731_000),
                aggregate: AggregateID("account", "alice"), firstVersion: 1, previous: 0,
                events: [StoredBody(name: "opened", schema: 1, body: Array("{}".utf8))], cause: Cause(command: "c-1"),
                receipt: nil))
        try log.commit(commit)
    }

    @Test func `verify, stat and backup run in a child, with the options of output`() {
        stage.childEnd = .exited(0)
        #expect(stage.run("store verify --data d --fast --json") == .ok)
        #expect(stage.run("store stat --data d --ascii") == .ok)
        #expect(stage.run("store backup t --data d") == .ok)
        #expect(
            stage.children == [
                ["store", "verify", "--in-this-process", "--json", "--data", "d", "--fast"],
                ["store", "stat", "--in-this-process", "--ascii", "--data", "d"],
                ["store", "backup", "--in-this-process", "--data", "d", "--", "t"],
            ])
    }

    @Test(arguments: [
        (SIGBUS, "SIGBUS"), (SIGABRT, "SIGABRT"), (SIGSEGV, "SIGSEGV"), (SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP"),
        (SIGFPE, "SIGFPE"),
    ])
    func `a child that a signal ends has met damage, told with advice and 74`(signal: Int32, name: String) {
        stage.childEnd = .killed(signal: signal)
        #expect(stage.run("store verify --data d") == .io)
        #expect(
            stage.talk == """
                skald: the store in d is damaged: reading it ended with \(name)
                  next: keep the directory as it is, and restore a backup into another: skald store restore BACKUP --data NEWDIR

                """)
        #expect(stage.run("store verify --data d --json") == .io)
        #expect(stage.output.hasPrefix(#"{"error":{"code":"corrupt","message":"#))
    }

    @Test func `a child that somebody ended says nothing about the store`() {
        stage.childEnd = .killed(signal: SIGKILL)
        #expect(stage.run("store verify --data d") == .failed)
        #expect(stage.talk == "skald: ended by signal 9 before it was done\n  next: run it again\n")
    }

    @Test(arguments: [(Int32(74), ProcessStatus.io), (78, .configuration), (6, .refused), (99, .failed)])
    func `a child's exit code is passed on`(code: Int32, status: ProcessStatus) {
        stage.childEnd = .exited(code)
        #expect(stage.run("store stat --data d") == status)
    }

    @Test func `a good store is told with what was looked at`() throws {
        try withStore { directory in
            #expect(stage.run("store verify --in-this-process --data \(directory)/data") == .ok)
            #expect(stage.output == "✔ good  \(directory)/data  everything  1 entry  1 event  1 commit\n")
            #expect(stage.run("store verify --in-this-process --fast --json --data \(directory)/data") == .ok)
            let document = try JSON.parse(stage.output)
            #expect(document["good"] == true && document["fast"] == true && document["problems"] == [])
        }
    }

    @Test func `stat shows what a store is and how large`() throws {
        try withStore { directory in
            #expect(stage.run("store stat --in-this-process --data \(directory)/data") == .ok)
            #expect(stage.output.contains("position               1\n"))
            #expect(stage.output.contains("TABLE"))
            #expect(stage.talk == "unfolded: the newest 1 of the log's entries; what came with them is not counted in the other tables yet\n")
            #expect(stage.run("store stat --in-this-process --json --data \(directory)/data") == .ok)
            let document = try JSON.parse(stage.output)
            #expect(document["events"] == 1 && document["unfolded"] == 1)
        }
    }

    @Test func `a backup restores to a store with the same events`() throws {
        try withStore { directory in
            #expect(stage.run("store backup --in-this-process --data \(directory)/data \(directory)/copy") == .ok)
            #expect(stage.output.hasPrefix("✔ good  \(directory)/copy"))
            #expect(stage.run("store restore --in-this-process --data \(directory)/new \(directory)/copy") == .ok)
            #expect(stage.output.hasPrefix("✔ good  \(directory)/new"))
            #expect(stage.run("store backup --in-this-process --data \(directory)/data \(directory)/copy") == .configuration)
            #expect(stage.talk.contains("is not empty"))
        }
    }

    @Test func `a changed record is found, named, and exits 74`() throws {
        try withStore { directory in
            let file = directory + "/data/data.mdb"
            var bytes = try #require(FileManager.default.contents(atPath: file))
            let name = try #require(bytes.range(of: Data("opened".utf8)))
            bytes[name.lowerBound] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file))
            #expect(stage.run("store verify --in-this-process --data \(directory)/data") == .io)
            #expect(stage.output.hasPrefix("✖ damaged  \(directory)/data  "))
            #expect(stage.output.contains("entry 1"))
            #expect(stage.talk.hasPrefix("next: keep the directory as it is"))
        }
    }

    @Test func `a directory that is no store exits 78`() throws {
        #expect(stage.run("store verify --in-this-process --data /nonexistent/store") == .configuration)
        #expect(stage.talk == "skald: /nonexistent/store is not a store: there is no such directory\n")
    }

    @Test func `a restore asks for the directory's name, or takes --yes`() {
        #expect(stage.run("store restore b --data d") == .usage)
        stage.canAsk = true
        stage.typed = "b"
        #expect(stage.run("store restore b --data d") == .failed)
        #expect(stage.talk.contains("This will restore b to d. Type d to go on: "))
        #expect(stage.children.isEmpty)
        stage.typed = "d"
        #expect(stage.run("store restore b --data d") == .ok)
        #expect(stage.run("store restore b --data d --yes") == .ok)
        #expect(
            stage.children == Array(repeating: ["store", "restore", "--in-this-process", "--data", "d", "--", "b"], count: 2))
    }

    @Test func `sizes are as people read them`() {
        #expect(Plain.bytes(1023) == "1023 B")
        #expect(Plain.bytes(1536) == "1.5 KiB")
        #expect(Plain.bytes(12_582_912 + 524_288) == "12.5 MiB")
        #expect(Plain.bytes(Int.max) == "8589934591.9 GiB")
    }

    @Test func `of many problems of a kind the first are shown, and every other kind`() {
        var report = VerificationReport(isFast: false)
        for row in 0..<2_000 { report.add("entry \(row)", "the same again") }
        report.add("entry 9", "never reached: only the first 1,000 are kept")
        var mixed = VerificationReport(isFast: false)
        for row in 0..<50 { mixed.add("entry \(row)", "the same again") }
        mixed.add("entry 50", "its bytes do not match")
        for (report, last, more) in [(report, "entry 2: the same again", 1_998), (mixed, "entry 50: its bytes do not match", 47)] {
            let lines = VerificationText(report: report, directory: "d", next: "n").rendered(.plain).lines
            #expect(lines.dropLast().last == last && lines.last?.hasPrefix("and \(more) more") == true, "\(lines)")
        }
    }
}
