import Kernel
import Testing
import WorkerCheck

@testable import SkaldCommandLine

@Suite struct WorkerCheckTests {
    let stage = Stage()

    private func report(_ rows: CheckRow...) -> CheckReport {
        CheckReport(endpoint: "tcp://127.0.0.1:1", parts: [.init(.init(action: "seat.reserve", undo: "seat.cancel"), rows)])
    }

    @Test func `what holds and what does not is a table, and its last line counts`() {
        stage.check = .success(
            report(
                CheckRow(.done, .ok, "done {}"), CheckRow(.duplicate, .failed, "effects 2, not 1", isByAnswers: true),
                CheckRow(.probe, .notRun, "no probe was named")))
        #expect(stage.run("worker check seat.reserve --ascii") == .failed)
        #expect(
            stage.output == """
                seat.reserve, undone by seat.cancel
                CHECK      VERDICT    EXPECTED                                       CAME
                done       + ok       done                                           done {}
                duplicate  x FAILED   the same answer, one effect                    effects 2, not 1 (by its answers)
                probe      - not run  done with its result; else retry, and no mark  no probe was named

                worker check: 1 passed, 1 failed, 1 not run

                """)
    }

    @Test func `a worker that fails nothing exits 0, though something was not run`() {
        stage.check = .success(report(CheckRow(.done, .ok, "done {}"), CheckRow(.drain, .notRun, "")))
        #expect(stage.run("worker check seat.reserve --json") == .ok)
        #expect(stage.output.contains(#""passed":1,"failed":0,"not_run":1"#))
    }

    @Test func `undo and probe belong to the actions they are named for`() throws {
        stage.run("worker check a.do b.do --undo b.do=b.undo --undo a.do=a.undo --probe b.do=b.ask")
        let options = try #require(stage.checked.first)
        #expect(
            options.subjects == [
                .init(action: "a.do", undo: "a.undo"), .init(action: "b.do", undo: "b.undo", probe: "b.ask"),
            ])
        #expect(options.input == [:] && options.wrong == ["skald_check": true])
        #expect(options.patience == 10_000 && options.arrival == 60_000 && options.endpoint == nil && !options.isAttended)
    }

    @Test func `of one action the undo needs no name before it`() throws {
        stage.run("worker check a.do --undo a.undo")
        #expect(try #require(stage.checked.first).subjects == [.init(action: "a.do", undo: "a.undo")])
    }

    @Test func `the input is JSON, or a file that holds it`() throws {
        stage.files["seat.json"] = #"{"to": "Rome"}"#
        stage.run(["worker", "check", "a.do", "--input", #"{"to": "Oslo"}"#])
        stage.run("worker check a.do --input seat.json")
        #expect(stage.checked.map(\.input) == [["to": "Oslo"], ["to": "Rome"]])
        #expect(stage.run("worker check a.do --input none.json") == .io)
        stage.files["bad.json"] = "-"
        #expect(stage.run("worker check a.do --input bad.json") == .usage)
        #expect(stage.talk.contains("the input in bad.json is not JSON"))
    }

    @Test func `a timeout holds for answers, and for a worker that a person starts`() throws {
        stage.run("worker check a.do --timeout 2s --listen tcp://127.0.0.1:7200")
        stage.run("worker check a.do --timeout 2s --start ./worker")
        #expect(stage.checked.map(\.patience) == [2000, 2000] && stage.checked.map(\.arrival) == [2000, 60_000])
        #expect(
            stage.checked.map(\.endpoint) == ["tcp://127.0.0.1:7200", nil] && stage.checked.map(\.start) == [nil, "./worker"])
    }

    @Test(arguments: [
        ("a.do a.do", "an action is named twice"), ("A", "'A' cannot name an action"),
        ("a.do b.do --undo x.do", "--undo x.do: of which action? write --undo ACTION=x.do"),
        ("a.do --probe a.d=x", "--probe: 'a.d' is not checked; did you mean 'a.do'?"),
        ("a.do --undo a.do=", "--undo: '' cannot name an action"),
        ("a.do --undo x --undo y", "--undo: 'a.do' is named twice"),
    ])
    func `what cannot be checked is told before anything is started`(arguments: String, what: String) {
        #expect(stage.run("worker check \(arguments)") == .usage)
        #expect(stage.talk.split(separator: "\n").first.map { String($0) } == "skald: \(what)")
        #expect(stage.checked.isEmpty)
    }

    @Test func `a worker that was started and did not come is told where it belongs`() {
        stage.check = .failure(.noWorker(60_000))
        #expect(stage.run("worker check a.do --start ./worker") == .unreachable)
        #expect(
            stage.talk == """
                skald: the worker was started, but said no ready at $SKALD_ENDPOINT within 1m; nothing was checked
                  next: let it connect to $SKALD_ENDPOINT, and to no address of its own

                """)
        #expect(stage.run("worker check a.do") == .unreachable)
        #expect(stage.talk.hasSuffix("  next: start it against the address above, or let it be started: --start \"COMMAND\"\n"))
    }

    @Test(arguments: [
        (CheckFailure.unbound("tcp://127.0.0.1:1", "taken"), ProcessStatus.unreachable), (.noWorker(1000), .unreachable),
        (.startEnded("it exited with 1"), .unreachable), (.uncounted("it printed nothing"), .configuration), (.io("no"), .io),
        (.interrupted, .failed),
    ])
    func `a check without a verdict has an exit status of its own`(failure: CheckFailure, status: ProcessStatus) {
        stage.check = .failure(failure)
        #expect(stage.run("worker check a.do") == status)
        #expect(stage.output.isEmpty && stage.talk.hasPrefix("skald: "))
    }
}
