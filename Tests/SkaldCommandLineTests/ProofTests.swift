import DemoDomain
import Foundation
import Kernel
import Testing

@testable import SkaldCommandLine

/// What `def check` proves, and what `def torture` goes through.
@Suite struct ProofTests {
    let stage = Stage()

    private static func shipped(_ name: String) throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../sagas/\(name)")
        return try String(contentsOf: path, encoding: .utf8)
    }

    private func prepare(_ name: String = "transfer-money.yaml") throws {
        stage.aggregates = DemoDomain.handlers
        stage.files[name] = try Self.shipped(name)
    }

    @Test(
        arguments: ["book-trip.yaml", "order-fulfilment.yaml", "place-bid.yaml", "transfer-money.yaml"], ["", " --as-workers"])
    func `SG-16 every shipped definition is proved: all paths end as they may`(name: String, flag: String) throws {
        try prepare(name)
        #expect(stage.run("def check \(name)\(flag) --json") == .ok)
        let walk = try #require(try JSON.parse(stage.output)["files"]?.arrayValue?.first?["walk"])
        #expect(walk["proved"] == true && walk["complete"] == true && walk["violation"] == .null)
        #expect((walk["states"]?.intValue ?? 0) >= 30 && walk["as_workers"] == .bool(!flag.isEmpty))
        #expect((walk["ends"]?["completed"]?.intValue ?? 0) > 0 && (walk["ends"]?["compensated"]?.intValue ?? 0) > 0)
        #expect(walk["unused_undos"] == [])
    }

    @Test func `SG-16 calls are walked and tortured as what workers do, and no known aggregate is needed`() throws {
        try prepare("order-fulfilment.yaml")
        stage.aggregates = []
        #expect(stage.run("def check order-fulfilment.yaml") == .ok)
        #expect(
            stage.output.contains(
                "walked   done, refused, not now, unknown and late, every step and undo; a cancel and the deadline"))
        #expect(stage.run("def torture order-fulfilment.yaml --seeds 1 --json") == .ok)
        let report = try JSON.parse(stage.output)
        #expect(report["survived"] == true && report["expressions"] == [] && report["missed"] == [])
        for end in ["completed", "compensated", "stuck", "trying"] {
            #expect((report["ends"]?[end]?.intValue ?? 0) > 0, "\(end)")
        }
        #expect(stage.run("def torture order-fulfilment.yaml --real") == .configuration)
        #expect(stage.talk.contains("order-fulfilment calls workers, and --real runs the aggregates of this binary alone"))
    }

    @Test func `check says in a few lines what is proved and where a person may be needed`() throws {
        try prepare()
        #expect(stage.run("def check transfer-money.yaml") == .ok)
        #expect(
            stage.output == """
                ✔ valid  transfer-money.yaml  transfer-money v1  2 steps: 1 undone, pivot deposit
                ✔ proved  every path ends as it may: completed, compensated or stuck on a named step  (32 states, 45 transitions)
                  walked   done and refused, every step and undo; a cancel and the deadline at any point
                  stuck    withdraw: its undo is refused

                """)
        #expect(stage.talk == "the shortest way to stuck: skald def check --explain transfer-money.yaml\n")
    }

    @Test func `the shortest way to a stuck saga is drawn`() throws {
        try prepare()
        #expect(stage.run("def check transfer-money.yaml --explain") == .ok)
        #expect(
            stage.output.split(separator: "\n").suffix(10).joined(separator: "\n") == """
                withdraw: its undo is refused; the shortest way there:
                  saga                           account
                    |-- withdraw: withdraw -------->|
                    |<--------- withdraw: done -----|
                    |-- deposit: deposit ---------->|
                    |<------- deposit: refused -----|
                    * turns back: deposit failed
                    |-- undo withdraw: deposit ---->|
                    |<- undo withdraw: refused -----|
                    * stuck on withdraw: a person decides
                """)
        #expect(stage.talk == "")
        #expect(stage.run("def check transfer-money.yaml --mermaid") == .ok)
        #expect(stage.output.contains("```mermaid\nsequenceDiagram\n  participant saga\n  participant p0 as account\n"))
    }

    @Test func `an undo that never runs is named`() throws {
        stage.aggregates = DemoDomain.handlers
        stage.files["one.yaml"] = """
            saga: one
            version: 1
            steps:
              a: { command: counter.add, key: k, with: { n: 1 }, undo: { command: counter.add, with: { n: -1 } } }
            """
        #expect(stage.run("def check one.yaml") == .ok)
        #expect(stage.output.contains("\n  unused   a: nothing fails after it, so its undo never runs\n"))
        #expect(stage.talk == "")
    }

    @Test func `SG-17 torture says what it survived, and how to do it again`() throws {
        try prepare()
        #expect(stage.run("def torture transfer-money.yaml --seeds 2 --seed 7") == .ok)
        let lines = stage.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("✔ survived  transfer-money.yaml  transfer-money v1  38 runs: 2 completed, "))
        #expect(lines[1] == "  faults   6 of 6, alone and in pairs")
        #expect(lines[2].hasSuffix("restarts from what was stored, each the same saga as before"))
        #expect(lines[3] == "  again    skald def torture transfer-money.yaml --seed 7 --seeds 2")
        let first = stage.output
        #expect(stage.run("def torture transfer-money.yaml --seed 7 --seeds 2") == .ok && stage.output == first)
        #expect(stage.connected.isEmpty)
    }

    @Test func `torture as workers meets late, lost and doubtful answers, in JSON too`() throws {
        try prepare("book-trip.yaml")
        #expect(stage.run("def torture book-trip.yaml --seeds 1 --as-workers --json") == .ok)
        let report = try JSON.parse(stage.output)
        #expect(report["survived"] == true && report["failure"] == .null && report["missed"] == [] && report["faults"] == 40)
        #expect((report["ends"]?["trying"]?.intValue ?? 0) > 0 && (report["crashes"]?.intValue ?? 0) > 100)
        #expect(report["expressions"]?.arrayValue?.count == 2, "a lost reservation has no number to release")
    }

    @Test func `participants and input come from outside`() throws {
        try prepare("book-trip.yaml")
        stage.files["cast.yaml"] = "hotel.reserve: { result: { room: 7 }, refuses: [full] }\n"
        #expect(stage.run("def torture book-trip.yaml --seeds 1 --participants cast.yaml") == .ok)
        #expect(stage.output.contains("\n  no value undo hotel: "))
        #expect(stage.output.contains("def torture book-trip.yaml --participants cast.yaml --seed 1 --seeds 1\n"))
        stage.files["cast.yaml"] = "hotel.reserve: { results: 7 }\n"
        #expect(stage.run("def torture book-trip.yaml --participants cast.yaml") == .configuration)
        #expect(stage.talk.hasPrefix("skald: cast.yaml:1:1: 'hotel.reserve' takes `result`"))
        stage.files["cast.yaml"] = "hotel.reserve: {\n"
        #expect(stage.run("def torture book-trip.yaml --participants cast.yaml") == .configuration)
        #expect(stage.run(["def", "torture", "book-trip.yaml", "--input", #"{"trip": "t"}"#]) == .usage)
        #expect(stage.talk.contains("the input does not fit book-trip: "))
    }

    @Test func `torture of a definition that does not pass exits 78 with its problems`() {
        stage.aggregates = DemoDomain.handlers
        stage.files["bad.yaml"] = "saga: bad\nversion: 1\nsteps: {}\n"
        #expect(stage.run("def torture bad.yaml") == .configuration)
        #expect(stage.talk.contains("bad.yaml:3:8: `steps` is empty"))
        #expect(stage.run("def torture bad.yaml --seeds 0") == .usage)
    }
}
