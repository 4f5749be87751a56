import DemoDomain
import Foundation
import Kernel
import Testing

@testable import SkaldCommandLine

/// `def torture --real`: definitions on the aggregates compiled in.
@Suite struct RealTortureTests {
    let stage = Stage()
    private static let input = #"{"trip":"t-1","city":"oslo","flight":"SK-1","card":"c-1","amount":60}"#

    init() throws {
        stage.aggregates = DemoDomain.handlers
        stage.files["book-trip.yaml"] = try Self.shipped("book-trip.yaml")
        stage.files["transfer-money.yaml"] = try Self.shipped("transfer-money.yaml")
        stage.files["scene.yaml"] = """
            - { aggregate: hotel/oslo, command: stock, with: { rooms: 3 } }
            - { aggregate: flight/SK-1, command: schedule, with: { seats: 9 } }
            - { aggregate: card/c-1, command: issue, with: { limit: 500 } }
            """
    }

    private static func shipped(_ name: String) throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../sagas/\(name)")
        return try String(contentsOf: path, encoding: .utf8)
    }

    private func torture(_ arguments: String..., file: String = "book-trip.yaml", input: String? = Self.input) -> ProcessStatus {
        stage.run(["def", "torture", file, "--real"] + (input.map { ["--input", $0] } ?? []) + arguments)
    }

    @Test func `the shipped trip survives every fault on the real hotel, flight and card`() throws {
        #expect(torture("--given", "scene.yaml") == .ok)
        #expect(
            stage.output == """
                ✔ survived  book-trip.yaml  book-trip v1  31 runs: completed 2, compensated 8, stuck 21
                  step       hotel: refused, killed
                  undo       hotel: refused, killed, twice
                  step       flight: refused, killed
                  undo       flight: refused, killed, twice
                  step       charge: refused, killed
                  faults     3 alone, 7 together: every two that can meet
                  killed     20 runs, before and after every commit
                  repaired   21 stuck runs, each then ended well
                  again      skald def torture book-trip.yaml --input '\(Self.input)' --real --given scene.yaml --seed 1 --seeds 5

                """)
        #expect(stage.connected.isEmpty)
    }

    @Test func `a saga with nothing to run on is told so, and is no broken promise`() {
        #expect(torture() == .configuration)
        #expect(
            stage.talk == """
                skald: with no fault at all, book-trip does not succeed; nothing was tortured
                  expected: completed
                  actual:   compensated; flight: full (all 0 seats are booked)
                  input:    \(Self.input)
                  next: give what it needs first: --given FILE, or choose another --input

                """)
        stage.files["scene.yaml"] = "- { aggregate: flight/SK-1, command: schedule, with: { seats: 9 } }\n"
        #expect(torture("--given", "scene.yaml", "--json") == .configuration)
        #expect(stage.output.contains(#""code":"not_completed""#) && stage.output.contains("hotel: sold_out"))
    }

    @Test func `a saga that calls workers is refused with what to do instead`() throws {
        stage.files["order-fulfilment.yaml"] = try Self.shipped("order-fulfilment.yaml")
        #expect(torture(file: "order-fulfilment.yaml", input: nil) == .configuration)
        #expect(
            stage.talk == """
                skald: order-fulfilment calls workers, and --real runs the aggregates of this binary alone; nothing was tortured
                  next: leave out --real: workers are simulated then

                """)
    }

    @Test func `an undo that releases nothing is found, with the states and the command that shows it again`() throws {
        let undo = "with: { reservation: \"${ steps.hotel.result.reservation }\" }"
        let wrong = try #require(stage.files["book-trip.yaml"]).replacing(undo, with: "with: { reservation: none }")
        stage.files["wrong.yaml"] = wrong
        #expect(torture("--given", "scene.yaml", file: "wrong.yaml") == .failed)
        let lines = stage.output.split(separator: "\n")
        #expect(
            lines.first
                == "✖ broken  wrong.yaml  book-trip v1  run 8: charge refused: hotel/oslo is not as before")
        #expect(lines.count == 4)
        let again = try #require(lines.last?.split(separator: "again      skald ").last)
        #expect(
            again.hasPrefix("def torture wrong.yaml --input ") && again.hasSuffix(" --real --given scene.yaml --seed 1 --seeds 1")
        )
        #expect(torture("--given", "scene.yaml", "--json", file: "wrong.yaml") == .failed)
        let failure = try JSON.parse(stage.output)["failure"]
        #expect(failure?["faults"] == [["step": "charge", "undo": false, "fault": "refused"]])
        #expect(failure?["expected"]?.stringValue?.contains(#""reserved":{}"#) == true)
    }

    @Test func `an undo that adds up is found, unless it is said to run once`() {
        stage.files["scene.json"] = """
            [{"aggregate": "account/ann", "command": "open", "with": {"owner": "Ann"}},
             {"aggregate": "account/ann", "command": "deposit", "with": {"amount": 50}},
             {"aggregate": "account/bob", "command": "open", "with": {"owner": "Bob"}}]
            """
        let input = #"{"from":"ann","to":"bob","amount":5}"#
        #expect(torture("--given", "scene.json", file: "transfer-money.yaml", input: input) == .failed)
        #expect(stage.output.contains("delivered twice: the second changes account/ann"))
        let once = ["--given", "scene.json", "--undoing-once", "withdraw"]
        #expect(torture(once[0], once[1], once[2], once[3], file: "transfer-money.yaml", input: input) == .ok)
        #expect(stage.output.contains("\n  undo       withdraw: refused, killed\n"))
        #expect(stage.output.contains("\n  once only  the undo of withdraw\n"))
        #expect(torture("--undoing-once", "withdrw", file: "transfer-money.yaml", input: input) == .usage)
        #expect(stage.talk.contains("transfer-money has no step 'withdrw'; did you mean 'withdraw'?"))
        #expect(torture("--undoing-once", "deposit", file: "transfer-money.yaml", input: input) == .usage)
    }

    @Test func `a fault after a retry, after a repair, in an optional step and in a sleep each end as they may`() throws {
        stage.files["long.yaml"] = """
            saga: long
            version: 1
            steps:
              a: { command: counter.add, key: a, with: { n: 1 }, undo: { command: counter.add, with: { n: -1 } }, retry: { attempts: 3, first: 1s, only: [busy] } }
              nap: { sleep: 1h, needs: [a] }
              b: { command: counter.add, key: b, with: { n: 1 }, needs: [nap], pivot: true }
              c: { command: counter.add, key: c, with: { n: 1 }, needs: [b] }
              d: { command: counter.add, key: d, with: { n: 1 }, needs: [c] }
              e: { command: counter.add, key: e, with: { n: 1 }, needs: [b], optional: true }
              f: { command: counter.add, key: f, with: { n: 1 }, needs: [b], if: "${ false }" }
            """
        #expect(torture("--undoing-once", "a", "--json", file: "long.yaml", input: nil) == .ok)
        let report = try JSON.parse(stage.output)
        #expect(report["unreached"] == ["f"] && report["survived"] == true && report["skipped_cases"] == 0)
        #expect(report["missed"]?.arrayValue?.allSatisfy { $0["step"] == "f" } == true)
        let covered = report["covered"]?.arrayValue?.map { "\($0["step"]?.stringValue ?? "") \($0["fault"]?.stringValue ?? "")" }
        #expect(covered?.contains("a retried") == true && covered?.contains("nap cancelled") == true)
    }

    @Test func `what is wrong with a given is told at its place, all at once`() {
        stage.files["scene.yaml"] = """
            - { aggregate: hotl/oslo, command: stock, with: { rooms: 3 } }
            - { aggregate: hotel/oslo, command: stok }
            - { aggregate: hotel, command: stock }
            - { aggregate: hotel/oslo, comand: stock }
            - { aggregate: hotel/oslo, command: stock, with: 3 }
            - { aggregate: hotel/oslo }
            - hotel
            """
        #expect(torture("--given", "scene.yaml") == .configuration)
        #expect(
            stage.talk == """
                skald: scene.yaml cannot be given: 7 problems
                  scene.yaml:1:16: there is no aggregate type 'hotl'; did you mean 'hotel'?
                  scene.yaml:2:37: 'hotel' has no command 'stok'; did you mean 'stock'?
                  scene.yaml:3:16: `aggregate` is TYPE/KEY, as hotel/oslo
                  scene.yaml:4:28: unknown key 'comand'; did you mean 'command'?
                  scene.yaml:5:50: `with` is an object, not an integer
                  scene.yaml:6:3: `command` is missing: the name of one, as 'stock'
                  scene.yaml:7:3: `{aggregate, command, with}` is expected, not a string
                  next: correct it, then try again

                """)
        stage.files["scene.yaml"] = "hotel: 3\n"
        #expect(torture("--given", "scene.yaml") == .configuration)
        #expect(stage.talk.contains("scene.yaml:1:1: a list of `{aggregate: TYPE/KEY, command: NAME, with: {…}}` is expected"))
    }

    @Test func `a given that the aggregate refuses is told at its place`() {
        stage.files["scene.yaml"] = """
            - { aggregate: card/c-1, command: issue, with: { limit: 500 } }
            - { aggregate: card/c-1, command: issue, with: { limit: 500 } }
            """
        #expect(torture("--given", "scene.yaml") == .configuration)
        #expect(stage.talk.contains("  scene.yaml:2:16: card/c-1 does not accept 'issue': rejected: the card is issued\n"))
    }

    @Test func `options of the simulated and of the real torture do not mix`() {
        #expect(stage.run("def torture book-trip.yaml --given scene.yaml") == .usage)
        #expect(stage.run("def torture book-trip.yaml --undoing-once hotel") == .usage)
        #expect(torture("--as-workers") == .usage)
        #expect(torture("--participants", "scene.yaml") == .usage)
        stage.files["bad.yaml"] = "saga: bad\nversion: 1\nsteps: {}\n"
        #expect(torture(file: "bad.yaml") == .configuration)
    }
}
