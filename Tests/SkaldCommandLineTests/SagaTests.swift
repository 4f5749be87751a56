import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct SagaTests {
    let stage = Stage()

    @Test func `a start sends input, id, key and version, and says where to look`() throws {
        try stage.answer("saga.start", #"{"id":"t-1","state":"running","existing":false}"#)
        #expect(
            stage.run([
                "saga", "start", "book-trip", #"{"trip":"t-1"}"#, "--id", "t-1", "--key", "k", "--version", "2", "--again",
            ]) == .ok)
        #expect(
            stage.asked[0].arguments
                == ["definition": "book-trip", "version": 2, "input": ["trip": "t-1"], "id": "t-1", "key": "k", "again": true])
        #expect(stage.output == "… running  book-trip  t-1\n")
        #expect(stage.talk == "next: skald saga show t-1\n")
    }

    @Test func `a start without an answer names the id it was made with`() throws {
        stage.answer("saga.start", .failure(.silent))
        #expect(stage.run("saga start book-trip --json") == .timeout)
        let id = try #require(stage.asked[0].arguments["id"]?.stringValue)
        #expect(UUIDv7.time(of: id) != nil)
        #expect(try JSON.parse(stage.output)["error"]?["id"]?.stringValue == id)
        #expect(stage.talk.contains("it may have started; look: skald saga show \(id), or start it again with --id \(id)"))
    }

    @Test func `a wait counts from the beginning, and asks again after silence while there is time`() throws {
        try stage.answer("saga.start", #"{"id":"t-1","state":"running","existing":false}"#)
        stage.answer("saga.get", .failure(.silent), .success(Views.saga("completed", steps: [])))
        #expect(stage.run("saga wait t-1 --timeout 60s") == .ok)
        #expect(stage.asked.count == 2)
        stage.answer("saga.get", .failure(.silent))
        #expect(stage.run("saga wait t-1 --timeout 2s") == .timeout)
        #expect(stage.asked.count == 1)
        stage.latency = 3000
        #expect(stage.run("saga start book-trip --wait --timeout 2s") == .timeout)
        #expect(stage.asked.map(\.operation) == ["saga.start"])
    }

    @Test func `a start that meets one already there says so (DX-16)`() throws {
        try stage.answer("saga.start", #"{"id":"t-1","state":"completed","existing":true}"#)
        #expect(stage.run("saga start book-trip {\"trip\":\"t-1\"}") == .ok)
        #expect(stage.output == "✔ completed  book-trip  t-1  (the one that was there)\n")
    }

    @Test(arguments: [("completed", ""), ("compensated", "; to start anew: --again"), ("terminated", "; to start anew: --again")])
    func `a start that waits says too that nothing was started`(state: String, anew: String) throws {
        try stage.answer("saga.start", #"{"id":"t-1","state":"\#(state)","existing":true}"#)
        stage.answer("saga.get", .success(Views.saga(state, steps: [])))
        _ = stage.run("saga start book-trip --wait")
        #expect(stage.talk.contains("nothing was started: this saga was there already, under its key or id\(anew)\n"))
        try stage.answer("saga.start", #"{"id":"t-1","state":"running","existing":false}"#)
        stage.answer("saga.get", .success(Views.saga(state, steps: [])))
        _ = stage.run("saga start book-trip --wait")
        #expect(!stage.talk.contains("nothing was started"))
    }

    @Test(arguments: [("completed", ProcessStatus.ok), ("compensated", .failed), ("terminated", .failed), ("stuck", .failed)])
    func `a wait for the end exits 0 only when the saga completed (SG-12)`(state: String, status: ProcessStatus) throws {
        try stage.answer("saga.start", #"{"id":"t-1","state":"running","existing":false}"#)
        stage.answer("saga.get", .success(Views.saga("running", steps: [])), .success(Views.saga(state, steps: [])))
        #expect(stage.run("saga start book-trip --wait") == status)
        #expect(stage.asked.map(\.operation) == ["saga.start", "saga.get", "saga.get"])
        #expect(stage.output.hasPrefix("book-trip v1  t-1  \(StateWord.saga(state).cell(.plain))"))
        stage.answer("saga.get", .success(Views.saga(state, steps: [])))
        #expect(stage.run("saga wait t-1") == status)
        #expect(stage.run("saga show t-1") == .ok)
    }

    @Test func `a wait ends with 5 when time is up`() throws {
        stage.latency = 700
        stage.answer("saga.get", .success(Views.saga("running", steps: [])))
        #expect(stage.run("saga wait t-1 --timeout 1s") == .timeout)
        #expect(stage.asked.map { $0.arguments["wait_ms"] } == [1000, 300])
        #expect(
            stage.talk == """
                skald: saga t-1 has not ended after 1s
                  next: it goes on; look: skald saga show t-1, or wait longer: skald saga wait t-1 --timeout 10m

                """)
    }

    @Test func `a wait that ends tells which worker is missing`() {
        var step = Views.step("seat", "pending", attempts: 0).objectValue ?? JSONObject()
        step["waiting_for"] = "seat.reserve"
        stage.latency = 700
        stage.answer("saga.get", .success(Views.saga("running", steps: [.object(step)])))
        #expect(stage.run("saga wait t-1 --timeout 1s") == .timeout)
        #expect(
            stage.talk.hasPrefix(
                "skald: saga t-1 has not ended after 1s\n  seat: waits for a worker that offers seat.reserve\n  next: it goes on")
        )
    }

    @Test func `a list is a table without empty columns, with the cursor of the next page`() throws {
        var overdue = Views.saga("running", ended: nil, steps: [], flags: ["overdue"]).objectValue
        overdue?["id"] = "0193-x"
        let answer: JSON = ["sagas": [Views.compensated, .object(overdue!)], "next": 17]
        stage.answer("saga.list", .success(answer))
        #expect(stage.run("saga list --state running --definition book-trip --after 12 --limit 2 --backwards --overdue") == .ok)
        let asked: JSON = ["state": "running", "definition": "book-trip", "after": 12, "limit": 2, "backwards": true, "overdue": true]
        #expect(stage.asked[0].arguments == asked)
        #expect(
            stage.output == """
                STATE          SAGA          ID      KEY  STARTED               TOOK     FLAGS    WHY
                ↩ compensated  book-trip v1  t-1          2026-11-21 14:02:11Z  0.004 s           charge: declined
                … running      book-trip v1  0193-x  t-1  2026-11-21 14:02:11Z           overdue

                """)
        #expect(stage.talk == "more: add --after 17\n")
        #expect(stage.run("saga list --json") == .ok)
        #expect(stage.output == answer.text + "\n")
    }

    @Test func `what lies behind pages without anything is found`() throws {
        let found: JSON = ["sagas": [Views.compensated], "next": nil]
        stage.answer("saga.list", .success(["sagas": [], "next": 500]), .success(["sagas": [], "next": 900]), .success(found))
        #expect(stage.run("saga list --key t-1 --json") == .ok)
        #expect(stage.output == found.text + "\n")
        #expect(stage.asked.map { $0.arguments["after"] } == [nil, 500, 900])
        let events: JSON = ["events": [["position": 7]], "next": nil]
        stage.answer("event.read", .success(["events": [], "next": 20_029]), .success(events))
        #expect(stage.run("event read ticket --json") == .ok)
        #expect(stage.output == events.text + "\n")
        #expect(stage.asked.map { $0.arguments["from"] } == [nil, 20_029])
    }

    @Test(arguments: ["", " --json"])
    func `an empty list of a definition nobody knows says so, and is no failure`(option: String) throws {
        try stage.answer("saga.list", #"{"sagas":[],"next":null}"#)
        stage.refuse("def.get", "not_found", ["message": "there is no definition 'trp'; did you mean 'trip'?"])
        #expect(stage.run("saga list --definition trp" + option) == .ok)
        #expect(stage.asked.last?.arguments == ["name": "trp"])
        #expect(stage.talk.hasSuffix("note: there is no definition 'trp'; did you mean 'trip'?\n"))
        stage.refuse("def.get", "not_found", ["message": "there is no definition 'x'"])
        stage.run("saga list --definition x" + option)
        #expect(stage.talk.hasSuffix("note: there is no definition 'x'; what is registered: skald def list\n"))
    }

    @Test func `a list is doubted only when it is empty and its definition is not registered`() throws {
        try stage.answer("saga.list", #"{"sagas":[],"next":null}"#)
        try stage.answer("def.get", #"{"name":"trip"}"#)
        #expect(stage.run("saga list --definition trip") == .ok && stage.talk == "no sagas\n")
        stage.answer("def.get", .failure(.silent))
        #expect(stage.run("saga list --definition trip") == .ok && stage.talk == "no sagas\n")
        stage.answer("saga.list", .success(["sagas": [Views.compensated], "next": nil]))
        #expect(stage.run("saga list --definition inline-one") == .ok)
        #expect(stage.asked.map(\.operation) == ["saga.list"] && stage.talk.isEmpty)
    }

    @Test func `an empty list prints no data`() throws {
        try stage.answer("saga.list", #"{"sagas":[],"next":null}"#)
        #expect(stage.run("saga list") == .ok)
        #expect(stage.output.isEmpty)
        #expect(stage.talk == "no sagas\n")
    }

    @Test func `a history shows each event with its time to the millisecond`() throws {
        try stage.answer(
            "saga.history",
            """
            {"events":[
              {"version":1,"time":"2026-11-21T14:02:11.000Z","name":"saga.started","body":{"input":{}}},
              {"version":2,"time":"2026-11-21T14:02:11.004Z","name":"step.completed",
                "body":{"step":"pick","index":3,"attempt":2,"result":{"n":1}}},
              {"version":3,"time":"2026-11-21T14:02:11.005Z","name":"step.failed",
                "body":{"step":"charge","attempt":1,"certainty":"maybe","error":{"code":"timeout","message":"no answer"}}},
              {"version":4,"time":"2026-11-21T14:02:11.006Z","name":"saga.compensating",
                "body":{"reason":"step_failed","error":{"step":"charge","code":"timeout","message":"no answer"}}},
              {"version":5,"time":"2026-11-21T14:02:11.007Z","name":"saga.repaired",
                "body":{"step":"charge","reason":"paid in cash","do":"waive","by":"ann"}},
              {"version":6,"time":"2026-11-21T14:02:11.008Z","name":"undo.retrying",
                "body":{"step":"pick","attempt":1,"due":1795269741000,"error":{"code":"busy","message":"busy"}}},
              {"version":7,"time":"2026-11-21T14:02:11.008Z","name":"saga.compensated","body":{}}
            ],"next":8}
            """)
        #expect(stage.run("saga history t-1") == .ok)
        #expect(
            stage.output == """
                #  TIME                      EVENT              STEP        DETAIL
                1  2026-11-21 14:02:11.000Z  saga.started                   {"input":{}}
                2  2026-11-21 14:02:11.004Z  step.completed     pick[3] #2  {"n":1}
                3  2026-11-21 14:02:11.005Z  step.failed        charge      timeout: no answer (maybe done)
                4  2026-11-21 14:02:11.006Z  saga.compensating              step_failed charge: timeout: no answer
                5  2026-11-21 14:02:11.007Z  saga.repaired      charge      waive: paid in cash {"by":"ann"}
                6  2026-11-21 14:02:11.008Z  undo.retrying      pick        next 2026-11-21 14:02:21Z busy
                7  2026-11-21 14:02:11.008Z  saga.compensated

                """)
        #expect(stage.talk == "more: add --from 8\n")
    }

    @Test func `a missing saga exits 3 and names the list`() {
        stage.refuse("saga.get", "not_found", ["message": "there is no saga 't-9'"])
        #expect(stage.run("saga show t-9") == .notFound)
        #expect(
            stage.talk == """
                skald: saga t-9: not found: there is no saga 't-9'
                  next: see what there is: skald saga list; by a business key: skald saga list --key t-9

                """)
    }

    @Test func `a step that is not there leads to the saga, which is`() {
        stage.refuse("saga.repair", "not_found", ["message": "the saga has no step 'nope'", "step": "nope"])
        #expect(stage.run("saga repair t-1 nope --do retry --reason x") == .notFound)
        #expect(
            stage.talk == "skald: saga t-1: not found: the saga has no step 'nope'\n  next: see its steps: skald saga show t-1\n")
    }

    @Test func `an act on an ended saga leads to what happened, one that is not possible yet to how things stand`() {
        stage.refuse("saga.cancel", "illegal_state", ["message": "the saga has ended: completed", "reason": "ended"])
        #expect(stage.run("saga cancel t-1 --reason x") == .refused)
        #expect(stage.talk.hasSuffix("  next: nothing was done; what happened: skald saga history t-1\n"))
        stage.refuse("saga.cancel", "illegal_state", ["message": "the saga is past its point", "reason": "past_pivot"])
        #expect(stage.run("saga cancel t-1 --reason x") == .refused)
        #expect(stage.talk.hasSuffix("  next: nothing was done; look: skald saga show t-1\n"))
    }

    @Test func `what is put aside is no bug of the server`() {
        let message = "the definition trip v1 cannot be read by this server"
        stage.refuse("saga.cancel", "internal", ["message": .string(message), "reason": "parked"])
        #expect(stage.run("saga cancel t-1 --reason x") == .failed)
        #expect(
            stage.talk == """
                skald: saga t-1: internal: \(message) (parked)
                  next: nothing was done; it is put aside, and looked at again by itself, until the server can read what is named above

                """)
    }

    @Test func `a business key that another input has leads to its saga`() {
        let message = "the key 'o-1' belongs to the saga t-1, started with another input"
        stage.refuse("saga.start", "id_reused", ["message": .string(message), "saga": "t-1"])
        #expect(stage.run("saga start order {}") == .conflict)
        #expect(
            stage.talk.hasSuffix(
                "  next: look at it: skald saga show t-1; start under another key or, if that one was undone, with --again\n"))
        stage.refuse("saga.start", "id_reused", ["message": "the saga id 't-1' belongs to another start"])
        #expect(stage.run("saga start order {} --id t-1") == .conflict)
        #expect(stage.talk.hasSuffix("  next: leave --id away to get a new one\n"))
    }

    @Test func `a file where a definition's name belongs is told how it is started`() {
        stage.refuse("saga.start", "not_found", ["message": "there is no definition 'sagas/trip.yaml'"])
        #expect(stage.run("saga start sagas/trip.yaml {}") == .notFound)
        #expect(
            stage.talk.hasSuffix(
                "  next: of a file: skald saga start --inline sagas/trip.yaml, or first: skald def register sagas/trip.yaml\n"))
        stage.refuse("saga.start", "not_found", ["message": "there is no definition 'trip'"])
        stage.run("saga start trip {}")
        #expect(stage.talk.hasSuffix("  next: see what is registered: skald def list\n"))
    }

    @Test func `cancel and repair send who asked why, and show the saga`() throws {
        stage.answer("saga.cancel", .success(Views.compensated))
        #expect(stage.run(["saga", "cancel", "t-1", "--reason", "changed my mind"]) == .ok)
        #expect(stage.asked[0].arguments == ["id": "t-1", "reason": "changed my mind"])
        stage.answer("saga.repair", .success(Views.compensated))
        #expect(stage.run("saga repair t-1 hotel --do retry --reason back") == .ok)
        #expect(stage.asked[0].arguments == ["id": "t-1", "step": "hotel", "do": "retry", "reason": "back"])
        #expect(stage.output.hasPrefix("book-trip v1  t-1  ↩ compensated"))
    }

    @Test(arguments: ["saga cancel t-1 --reason x", "saga repair t-1 hotel --do retry --reason x"])
    func `an act that leaves the saga stuck exits 1`(line: String) {
        for operation in ["saga.cancel", "saga.repair"] { stage.answer(operation, .success(Views.saga("stuck", steps: []))) }
        #expect(stage.run(line) == .failed)
        for operation in ["saga.cancel", "saga.repair"] {
            stage.answer(operation, .success(Views.saga("compensating", steps: [])))
        }
        #expect(stage.run(line) == .ok)
    }
}
