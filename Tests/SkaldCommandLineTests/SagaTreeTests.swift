import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct SagaTreeTests {
    private func text(_ view: JSON, style: Style = .plain) -> String {
        let rendered = SagaTree(view: view, tool: "skald").rendered(style)
        return (rendered.lines + rendered.hints).joined(separator: "\n")
    }

    @Test func `a compensated saga shows each undo below its step`() {
        #expect(
            text(Views.compensated) == """
                book-trip v1  t-1  ↩ compensated  2026-11-21 14:02:11Z  0.004 s   charge: declined
                ├─ ✔ completed  hotel   {"reservation":"r-2"}
                │  └─ ↩ undone     hotel.release
                ├─ ✔ completed  flight
                │  └─ ↩ undone
                └─ ✖ failed     charge  declined: over the limit
                next: skald saga history t-1
                """)
    }

    @Test func `a completed saga shows results and output, and no undo that was never called for`() {
        let view = Views.saga(
            "completed",
            steps: [
                Views.step("hotel", "completed", attempts: 2, result: ["reservation": "r-2"], undo: Views.undo("undo_pending")),
                Views.step("charge", "completed", result: ["charge": "c-1"]),
            ], output: ["reservation": "r-2"])
        #expect(
            text(view) == """
                book-trip v1  t-1  ✔ completed  2026-11-21 14:02:11Z  0.004 s
                ├─ ✔ completed  hotel   {"reservation":"r-2"} (attempt 2)
                └─ ✔ completed  charge  {"charge":"c-1"}
                output: {"reservation":"r-2"}
                """)
    }

    @Test func `a running saga shows what is under way, waiting and yet to come`() {
        let view = Views.saga(
            "running", ended: nil,
            steps: [
                Views.step("hotel", "running"), Views.step("seat", "retrying", attempts: 3, error: ["code": "busy"]),
                Views.step("meal", "skipped"), Views.step("pay", "unknown", error: ["code": "timeout", "message": "no answer"]),
                Views.step("charge", "pending", attempts: 0),
            ], flags: ["paused", "overdue", "cancel noted"])
        #expect(
            text(view) == """
                book-trip v1  t-1  … running  2026-11-21 14:02:11Z  paused, overdue, cancel noted
                ├─ … running   hotel
                ├─ … retrying  seat    busy (attempt 3)
                ├─ – skipped   meal
                ├─ ? unknown   pay     timeout: no answer
                └─ ○ pending   charge
                next: skald saga wait t-1
                """)
    }

    @Test func `a compensating saga shows undos under way and steps never reached`() {
        let view = Views.saga(
            "compensating", reason: "deadline", error: ["step": .null, "code": "deadline"], ended: nil,
            steps: [
                Views.step("hotel", "completed", undo: Views.undo("undo_pending", attempts: 0)),
                Views.step("flight", "completed", undo: Views.undo("undoing")),
                Views.step("meal", "cancelled"),
                Views.step(
                    "seat", "failed", error: ["code": "timeout"], certainty: "maybe",
                    undo: Views.undo("undo_retrying", attempts: 2)),
                Views.step("charge", "pending", attempts: 0),
            ])
        #expect(
            text(view) == """
                book-trip v1  t-1  … compensating  2026-11-21 14:02:11Z   deadline
                ├─ ✔ completed    hotel
                │  └─ ○ undo pending
                ├─ ✔ completed    flight
                │  └─ … undoing
                ├─ – cancelled    meal
                ├─ ✖ failed       seat    timeout (maybe done)
                │  └─ … undo retrying  (attempt 2)
                └─ ○ not reached  charge
                next: skald saga wait t-1
                """)
    }

    @Test func `a stuck saga names the step to repair (DX-12)`() {
        let view = Views.saga(
            "stuck", reason: "step_failed", error: ["step": "charge", "code": "declined"], ended: nil,
            steps: [
                Views.step(
                    "hotel", "completed", undo: Views.undo("undo_failed", error: ["code": "locked", "message": "try by hand"])),
                Views.step("flight", "completed", undo: Views.undo("waived")),
                Views.step("note", "completed", undo: Views.undo("bypassed")),
                Views.step("charge", "failed", error: Views.declined),
            ])
        #expect(
            text(view) == """
                book-trip v1  t-1  ! stuck  2026-11-21 14:02:11Z   charge: declined
                ├─ ✔ completed  hotel
                │  └─ ✖ undo failed  locked: try by hand
                ├─ ✔ completed  flight
                │  └─ – waived
                ├─ ✔ completed  note
                │  └─ – nothing to undo
                └─ ✖ failed     charge  declined: over the limit
                next: skald saga repair t-1 hotel --do retry --reason "…" (settled by hand: --do waive), or: skald saga history t-1
                """)
    }

    @Test func `one that is stuck behind its pivot is retried or ended as it is`() {
        let steps = [Views.step("charge", "completed"), Views.step("ship", "failed", error: Views.declined)]
        let view = Views.saga("stuck", reason: "step_failed", error: ["step": "ship", "code": "declined"], ended: nil, steps: steps)
        #expect(
            text(view).hasSuffix(
                "saga repair t-1 ship --do retry --reason \"…\" (settled by hand: skald saga terminate t-1 --reason \"…\"), "
                    + "or: skald saga history t-1"))
    }

    @Test func `a terminated saga says by whose word, and that nothing comes next`() {
        var nap = Views.step("nap", "running").objectValue!
        nap["due"] = "2026-11-21T14:02:16.000Z"
        let hotel = Views.step("hotel", "completed", undo: Views.undo("undo_retrying", attempts: 6))
        let view = Views.saga("terminated", reason: "terminated", steps: [hotel, .object(nap)])
        #expect(
            text(view) == """
                book-trip v1  t-1  ✖ terminated  2026-11-21 14:02:11Z  0.004 s   terminated
                ├─ ✔ completed     hotel
                │  └─ ○ left undo retrying  (attempt 6)
                └─ ○ left running  nap
                next: skald saga history t-1
                """)
    }

    @Test func `ASCII draws the same tree without Unicode`() {
        #expect(
            text(Views.compensated, style: Style(color: false, ascii: true)) == """
                book-trip v1  t-1  < compensated  2026-11-21 14:02:11Z  0.004 s   charge: declined
                |- + completed  hotel   {"reservation":"r-2"}
                |  `- < undone     hotel.release
                |- + completed  flight
                |  `- < undone
                `- x failed     charge  declined: over the limit
                next: skald saga history t-1
                """)
    }

    @Test func `colour paints the mark with its word and nothing else`() {
        let view = Views.saga("completed", steps: [Views.step("hotel", "completed")])
        let lines = SagaTree(view: view, tool: "skald").rendered(Style(color: true, ascii: false)).lines
        #expect(lines[1] == "└─ \u{1B}[32m✔ completed\u{1B}[0m  hotel")
    }

    @Test func `an instance of each shows its index, a key that is not the id is named`() throws {
        let view = try JSON.parse(
            """
            {"id":"s","definition":null,"version":null,"key":"k","state":"running",
             "started":"2026-11-21T14:02:11.000Z","ended":null,"steps":[{"name":"pick","index":3,"state":"running","attempts":1}]}
            """)
        #expect(
            text(view) == """
                (inline)  s  key k  … running  2026-11-21 14:02:11Z
                └─ … running  pick[3]
                next: skald saga wait s
                """)
    }

    @Test func `text of a server cannot steer the terminal`() {
        let error: JSON = ["code": "declined", "message": "\u{1B}[2Jgone\u{202E}"]
        let view = Views.saga("running", ended: nil, steps: [Views.step("a", "failed", error: error)])
        #expect(text(view).contains("declined: \\u{1B}[2Jgone\\u{202E}"))
    }

    @Test func `a waiting retry shows when it is due, a waived undo why`() throws {
        let view = try JSON.parse(
            """
            {"id":"t-1","definition":"d","version":1,"key":null,"state":"compensating","started":null,"ended":null,"steps":[
              {"name":"a","state":"completed","attempts":1,"undo":
                {"state":"undo_retrying","attempts":2,"command":"hotel.release","due":"2026-11-21T14:02:15.000Z"}},
              {"name":"b","state":"completed","attempts":1,"undo":
                {"state":"waived","attempts":1,"command":"card.refund","waived_because":"paid in cash"}},
              {"name":"c","state":"retrying","attempts":1,"error":{"code":"busy"},"due":"2026-11-21T14:02:15.000Z"}]}
            """)
        #expect(
            text(view) == """
                d v1  t-1  … compensating
                ├─ ✔ completed  a
                │  └─ … undo retrying  hotel.release  (attempt 2, next 2026-11-21 14:02:15Z)
                ├─ ✔ completed  b
                │  └─ – waived     card.refund  paid in cash
                └─ … retrying   c  busy (next 2026-11-21 14:02:15Z)
                next: skald saga wait t-1
                """)
    }
}
