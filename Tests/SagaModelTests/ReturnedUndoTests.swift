import Kernel
import SagaModel
import Testing

/// SG-07: an undo that comes with the result replaces the one that the definition gives.
@Suite struct ReturnedUndoTests {
    private static let own = UndoCommand(.worker(action: "far.own"), body: ["seat": 7])

    private static func saga(_ step: Step) throws -> ScriptedSaga {
        var saga = ScriptedSaga(Sketch.definition([step, Sketch.step("z", needs: [0])]))
        saga.script = ["a": [.done(result: ["id": 1], version: nil, undo: own)], "z": [.no]]
        saga.holding = ["undo a"]
        try saga.run()
        return saga
    }

    @Test(arguments: [Sketch.back(), .waived(because: "static"), Sketch.reverse()])
    func `SG-07 it replaces a static undo, and none`(undo: Undo) throws {
        var saga = try Self.saga(Sketch.call("a", undo: undo))
        #expect(saga.step("a").undo.command == Self.own && saga.step("a").undo.status == .undoing)
        try saga.answerUndo("a", .done)
        #expect(saga.state.status == .compensated && saga.step("a").undo.status == .undone)
    }

    @Test func `it may be a command on an aggregate, and stays what it is in the log`() throws {
        let command = UndoCommand(aggregate: "card", key: "c-1", name: "refund", body: ["charge": "x"], isRemote: true)
        for undo in [command, Self.own] {
            let event = SagaEvent.stepCompleted(
                step: "a", attempt: 1, result: .null, version: nil, undo: undo, undoError: nil)
            #expect(try SagaEvent(name: event.name, body: try JSON.parse(event.body.bytes)) == event)
        }
    }

    @Test(arguments: [("ticket", "hold.release"), ("ticket.hold", "release"), ("ticket", "release"), ("t.i.c", "k.e.t")])
    func `names with dots come out of the log as they went in`(aggregate: String, name: String) throws {
        let undo = UndoCommand(aggregate: aggregate, key: "k", name: name, body: [:])
        let event = SagaEvent.stepCompleted(step: "a", attempt: 1, result: .null, version: nil, undo: undo, undoError: nil)
        #expect(try SagaEvent(name: event.name, body: try JSON.parse(event.body.bytes)) == event)
    }

    @Test func `it mends a static undo that lacks something, and is never used on or behind the pivot`() throws {
        let reads = Template.expression(.member(.stepResult(0), .literal("missing")))
        let broken = Undo.action(
            UndoAction(
                .call(CallTemplate(action: "far.back", body: .object([Template.Member(key: "id", value: reads)]))),
                retry: .forever, timeout: 1))
        let saga = try Self.saga(Sketch.call("a", undo: broken))
        #expect(saga.step("a").undo.command == Self.own && saga.step("a").undo.error == nil)
        let pivot = try Self.saga(Sketch.call("a", pivot: true))
        #expect(pivot.step("a").status == .completed && pivot.step("a").undo.command == nil)
    }

    @Test func `a result of null is a result`() throws {
        let status = Template.object([Template.Member(key: "was", value: .expression(.stepStatus(0)))])
        let undo = Undo.action(UndoAction(.call(CallTemplate(action: "far.back", body: status)), retry: .forever, timeout: 1))
        for (outcome, was) in [(StepOutcome.done(result: .null, version: nil), "completed"), (.lost, "failed")] {
            var saga = ScriptedSaga(Sketch.definition([Sketch.call("a", undo: undo), Sketch.step("z")]))
            saga.script = ["a": [outcome], "z": [.no]]
            try saga.run()
            #expect(saga.step("a").undo.command?.body == ["was": .string(was)])
        }
    }

    /// Workers decide for cards; things are compiled in, and can be undone.
    private struct Catalog: AggregateCatalog {
        let aggregateTypes = ["card", "thing"]
        func commandNames(of type: String) -> [String] { type == "thing" ? ["undo"] : [] }
        func isRemote(_ type: String) -> Bool { type == "card" }
        func find(_ command: String, of type: String) -> CommandFinding {
            guard type == "thing" else { return isRemote(type) ? .unchecked : .unknownType }
            return command == "undo" ? .fields([]) : .unknownCommand
        }
    }

    @Test(
        arguments: [
            (#"{"call":"far.own","with":{"seat":7}}"#, own),
            (#"{"call":"far.own"}"#, UndoCommand(.worker(action: "far.own"), body: [:])),
            (
                #"{"command":"card.refund","key":"c-1","with":{"n":1}}"#,
                UndoCommand(aggregate: "card", key: "c-1", name: "refund", body: ["n": 1], isRemote: true)
            ),
            (#"{"command":"card.refund"}"#, nil), (#"{"call":"Far own"}"#, nil),
            (#"{"call":"a","command":"b.c","key":"k"}"#, nil),
            (#"{"call":"far.own","with":[1]}"#, nil), (#"{"command":"refund","key":"k"}"#, nil), (#""none""#, nil), ("{}", nil),
            (#"{"command":"card.refund","key":""}"#, nil), (#"{"command":".refund","key":"k"}"#, nil),
            (#"{"command":"card.","key":"k"}"#, nil), (#"{"command":"Card.re fund","key":"k"}"#, nil),
            (#"{"command":"cadr.refund","key":"k"}"#, nil), (#"{"command":"thing.undoo","key":"k"}"#, nil),
            (#"{"command":"thing.undo","key":"k"}"#, UndoCommand(aggregate: "thing", key: "k", name: "undo", body: [:])),
            (
                #"{"command":"card.re.fund","key":"k"}"#,
                UndoCommand(aggregate: "card", key: "k", name: "re.fund", body: [:], isRemote: true)
            ),
        ] as [(String, UndoCommand?)])
    func `what a worker returns is taken as it is, or not at all`(text: String, undo: UndoCommand?) throws {
        #expect(UndoCommand(returned: try JSON.parse(text), Catalog()) == undo)
    }
}
