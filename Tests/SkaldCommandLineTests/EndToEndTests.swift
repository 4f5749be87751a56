import Foundation
import Kernel
import Testing

/// The binary against its own server, as a newcomer meets them.
@Suite struct EndToEndTests {
    private static let sagas = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../sagas")
        .standardizedFileURL.path

    @Test func `a newcomer's first minutes: serve, send, start, look, stop, verify`() throws {
        let skald = try Installation()
        let serving = ["--data", "skald-data", "--bind", "ipc://skald-data/skald.sock", "--sagas", Self.sagas]
        #expect(try skald.serve(serving).hasSuffix("skald: ready on"))

        #expect(
            try skald.run("send", "hotel/oslo", "stock", #"{"rooms": 5}"#).output
                == "✔ accepted  hotel/oslo stock  version 1  position 5\n")
        #expect(try skald.run("send", "flight/f1", "schedule", "-", input: #"{"seats": 2}"#).status == 0)
        #expect(try skald.run("send", "card/c1", "issue", #"{"limit": 100}"#).status == 0)
        let wrong = try skald.run("send", "hotel/oslo", "reserv")
        #expect(wrong.status == 2 && wrong.output.isEmpty)
        #expect(wrong.talk.contains("did you mean 'reserve'?"))

        let trip = #"{"trip": "ID", "city": "oslo", "flight": "f1", "card": "c1", "amount": 60}"#
        func book(_ id: String) throws -> Installation.Run {
            try skald.run("saga", "start", "book-trip", trip.replacing("ID", with: id), "--id", id, "--wait")
        }
        let first = try book("t-1")
        #expect(first.status == 0 && first.output.hasPrefix("book-trip v1  t-1  ✔ completed"))
        let second = try book("t-2")
        #expect(second.status == 1)
        let lines = second.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("book-trip v1  t-2  ↩ compensated") && lines[0].hasSuffix("   charge: declined"))
        #expect(lines.contains { $0.hasPrefix("│  └─ ↩ undone     hotel.release") })
        #expect(second.talk == "next: skald saga history t-2\n")

        let list = try JSON.parse(try skald.run("saga", "list", "--state", "compensated", "--json").output)
        #expect(list["sagas"]?.arrayValue?.compactMap { $0["id"] } == ["t-2"])
        #expect(try skald.run("aggregate", "show", "hotel/oslo", "--version", "1", "--json").output.contains(#""version":1"#))

        #expect(skald.stop() == 0)
        let after = try skald.run("server", "info", "--connect", "ipc://skald-data/skald.sock", "--timeout", "300ms")
        #expect(after.status == 69)
        #expect(try skald.run("store", "verify", "--data", "skald-data").output.hasPrefix("✔ good  skald-data  everything"))
    }

    @Test func `a damaged store exits 74 with advice, whatever the pages do to the process that reads them`() throws {
        let skald = try Installation()
        _ = try skald.serve(["--data", "d", "--bind", "ipc://d/s"])
        #expect(try skald.run("send", "counter/a", "burst", #"{"n": 1000}"#, "--connect", "ipc://d/s").status == 0)
        #expect(skald.stop() == 0)
        let file = skald.directory.appending(path: "d/data.mdb")
        let whole = try Data(contentsOf: file)
        // Cut off behind the pages that say what should be there, and pages of noise.
        for damaged in [whole.prefix(3 * 4096), whole.prefix(2 * 4096) + Data(repeating: 0x5A, count: whole.count - 2 * 4096)] {
            try damaged.write(to: file)
            let verify = try skald.run("store", "verify", "--data", "d")
            #expect(verify.status == 74)
            #expect(verify.talk.contains("store restore BACKUP --data NEWDIR"))
        }
    }

    @Test func `an answer that cannot be written exits 74, whatever became of the request`() throws {
        let run = try Installation().run("def", "schema", outputTo: "/dev/full")
        #expect(run.status == 74)
        #expect(run.talk.hasPrefix("skald: the answer cannot be written: No space left on device\n"))
    }
}
