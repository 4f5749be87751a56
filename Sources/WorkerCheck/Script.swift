import Kernel

/// The checks of one action, in their order. Later ones go on with what earlier ones have done.
final class Script {
    let check: WorkerCheck
    let subject: CheckOptions.Subject
    /// A do that is done, and what it answered.
    var first: Operation?
    var firstAnswer: Outcome?
    /// Its undo.
    var undo: Operation?
    /// A do that is done and stays so.
    var second: Operation?
    var secondAnswer: Outcome?

    init(_ check: WorkerCheck, _ subject: CheckOptions.Subject) {
        self.check = check
        self.subject = subject
    }

    var stand: StandIn { check.stand }
    var options: CheckOptions { check.options }

    func run() throws(CheckFailure) -> [CheckRow] {
        stand.expectsLoss = false
        _ = stand.takeComplaints()
        var rows: [CheckRow] = []
        for one in Check.allCases {
            check.tell("\(subject.action): \(one.title)")
            rows.append(try row(one))
        }
        // What was said later counts as well.
        return rows.map(heard)
    }

    private func row(_ one: Check) throws(CheckFailure) -> CheckRow {
        do throws(CheckFailure) {
            var judging = Judging()
            try judge(one, &judging)
            return judging.row(one)
        } catch {
            guard case .notRun(let why) = error else { throw error }
            return CheckRow(one, .notRun, why)
        }
    }

    private func heard(_ row: CheckRow) -> CheckRow {
        guard row.check == .speaks else { return row }
        let complaints = stand.takeComplaints()
        guard !complaints.isEmpty else { return row }
        let known = row.verdict == .failed ? [row.came] : []
        return CheckRow(.speaks, .failed, (known + complaints).joined(separator: "; "))
    }

    private func judge(_ one: Check, _ judging: inout Judging) throws(CheckFailure) {
        switch one {
        case .speaks: try speaks(&judging)
        case .done: try done(&judging)
        case .duplicate: try duplicate(&judging)
        case .twoAtOnce: try twoAtOnce(&judging)
        case .undo: try undo(&judging)
        case .undoTwice: try undoTwice(&judging)
        case .late: try late(&judging)
        case .undoBeforeDo: try undoBeforeDo(&judging)
        case .stale: try stale(&judging)
        case .crash: try crash(&judging)
        case .wrongInput: try wrongInput(&judging)
        case .probe: try probe(&judging)
        case .silence: try silence(&judging)
        case .drain: try drain(&judging)
        }
    }
}
