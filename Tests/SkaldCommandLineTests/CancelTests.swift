import Kernel
import Testing

@testable import SkaldCommandLine

/// What a person reads who cancels a saga, in each state that it can be in then.
@Suite struct CancelTests {
    private static let declined: JSON = ["step": "charge", "code": "declined", "message": "over the limit"]
    private static let closed: JSON = ["step": "hotel", "code": "closed", "message": "no way back"]
    private static let steps = [
        Views.step("hotel", "completed", undo: Views.undo("undo_failed", error: ["code": "closed", "message": "no way back"])),
        Views.step("charge", "failed"),
    ]

    private let stage = Stage()

    /// What is said when the server answers with this.
    private func said(_ view: JSON, stuckWhile: String? = nil, on trouble: JSON? = nil) -> String {
        var view = view.objectValue ?? JSONObject()
        view["stuck_while"] = stuckWhile.map { .string($0) }
        view["stuck_on"] = trouble
        stage.answer("saga.cancel", .success(.object(view)))
        stage.run(["saga", "cancel", "t-1", "--reason", "x"])
        return stage.talk
    }

    @Test func `one that goes forward is undone`() {
        #expect(
            said(Views.saga("compensated", reason: "cancelled", steps: []))
                == "cancelled: what it had done is undone\nnext: skald saga history t-1\n")
        #expect(
            said(Views.saga("compensating", reason: "cancelled", ended: nil, steps: []))
                == "cancelled: what it had done is being undone, last first\nnext: skald saga wait t-1\n")
    }

    @Test func `one whose pivot is under way is not undone yet`() {
        #expect(
            said(Views.saga("running", ended: nil, steps: [])) == """
                the cancel is noted, and nothing is undone yet: its pivot is under way; \
                if that turns out done, the saga goes on, and if it is refused, it is rolled back; \
                an attempt of which nobody knows is asked about, or sent again, until somebody does
                next: skald saga wait t-1

                """)
    }

    @Test func `one that is rolled back already is told why`() {
        #expect(
            said(Views.saga("compensating", reason: "step_failed", error: Self.declined, ended: nil, steps: []))
                == "nothing has changed: it was being rolled back already (charge: declined)\nnext: skald saga wait t-1\n")
        #expect(
            said(Views.saga("compensating", reason: "deadline", ended: nil, steps: []))
                == "nothing has changed: it was being rolled back already (deadline)\nnext: skald saga wait t-1\n")
    }

    @Test func `one that is stuck on its way back needs a repair, not a cancel`() {
        let repair =
            "next: skald saga repair t-1 hotel --do retry --reason \"…\" (settled by hand: --do waive), or: skald saga history t-1\n"
        let failed = Views.saga("stuck", reason: "step_failed", error: Self.declined, ended: nil, steps: Self.steps)
        #expect(
            said(failed, stuckWhile: "compensating", on: Self.closed) == """
                nothing has changed: it was being rolled back already (charge: declined), and is stuck on the way (hotel: closed)
                \(repair)
                """)
        let cancelled = Views.saga("stuck", reason: "cancelled", ended: nil, steps: Self.steps)
        #expect(
            said(cancelled, stuckWhile: "compensating", on: Self.closed)
                == "cancelled, but stuck on the way back (hotel: closed): repaired, it goes on undoing\n\(repair)")
    }

    @Test func `one that is stuck as a whole is rolled back when a person has tried it again, under any step's name`() {
        let view = Views.saga("stuck", ended: nil, steps: [Views.step("hotel", "pending", attempts: 0)])
        let told = said(view, stuckWhile: "running", on: ["step": .null, "code": "crashed", "message": "it ended the server"])
        #expect(
            told.hasPrefix(
                "the cancel is noted, and nothing is undone yet: the saga is stuck (crashed); retried, it is rolled back\n"
                    + "next: skald saga repair t-1 hotel --do retry"))
    }
}
