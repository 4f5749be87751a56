import Kernel
import Testing

@testable import WorkerCheck

@Suite struct CheckReportTests {
    @Test func `a report says to programs what it says to people`() {
        let report = CheckReport(
            endpoint: "tcp://127.0.0.1:1",
            parts: [.init(.init(action: "a.do", undo: "a.undo"), [CheckRow(.late, .failed, "done {}", isByAnswers: true)])])
        #expect(!report.isGood)
        #expect(
            report.json == [
                "endpoint": "tcp://127.0.0.1:1",
                "actions": [
                    [
                        "action": "a.do", "undo": "a.undo", "probe": nil,
                        "checks": [
                            [
                                "check": "late", "verdict": "failed", "expected": "refuse, no effect", "came": "done {}",
                                "by_answers": true,
                            ]
                        ],
                    ]
                ], "passed": 0, "failed": 1, "not_run": 0,
            ])
    }

    @Test func `what should not have been is told alone`() {
        var judging = Judging()
        judging.saw("done {}")
        #expect(judging.row(.done) == CheckRow(.done, .ok, "done {}"))
        judging.expect(false, "effects 2, not 1")
        judging.expect(true, "lives")
        #expect(judging.row(.done) == CheckRow(.done, .failed, "effects 2, not 1"))
    }
}
