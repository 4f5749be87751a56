/// Every combination of what was asked, the kind of step it met, and what became of it, that 2,000 seeds must show: a
/// simulator that no longer reaches something would pass for ever.
public enum CoverageGate {
    public static let combinations: [String] = forward + backward + operators + replies + participants + workers

    /// Kinds of steps that are commands.
    private static let commands = ["plain", "waived", "conditional", "optional", "expecting", "pivot", "behind"]
    /// Kinds of steps that can be undone.
    private static let undoable = ["plain", "conditional", "optional", "expecting"]

    private static func all(_ verbs: [String], _ kinds: [String], _ outcomes: [String]) -> [String] {
        verbs.flatMap { verb in kinds.flatMap { kind in outcomes.map { "\(verb) · \(kind) · \($0)" } } }
    }

    private static let forward =
        all(["start", "timer"], commands, ["step.started", "step.completed", "step.failed", "step.retrying"])
        + all(["start", "timer"], ["conditional", "optional", "pivot", "behind", "sleep"], ["step.skipped"])
        + all(["start", "timer"], ["behind"], ["saga.stuck"])
        + all(["start", "timer"], ["sleep"], ["step.started", "step.cancelled"]) + ["timer · sleep · step.completed"]
        + all(["start", "timer"], ["saga"], ["saga.completed"])

    private static let backward =
        all(["start", "timer"], undoable, ["undo.started", "undo.completed", "undo.failed", "saga.stuck"])
        + all(["start", "timer"], ["plain", "conditional", "optional"], ["undo.retrying"])
        + all(["start", "timer"], ["waived", "conditional", "optional", "expecting"], ["undo.bypassed"])
        + all(["start"], ["saga"], ["saga.compensating", "saga.compensated"])
        + all(["timer"], ["saga"], ["saga.compensating", "saga.compensated"])

    private static let operators =
        all(["cancel"], ["saga"], ["saga.cancel_requested", "saga.compensating", "saga.compensated"])
        + all(["cancel"], ["plain", "conditional", "optional"], ["undo.completed", "undo.failed", "undo.retrying"])
        + ["cancel · waived · undo.bypassed", "cancel · sleep · step.cancelled"]
        + all(["cancel"], ["plain", "waived", "conditional", "optional", "pivot"], ["step.failed"])
        + all(["retry"], ["plain", "conditional", "optional"], ["saga.repaired", "undo.failed", "saga.stuck"])
        + all(["retry"], ["plain", "optional"], ["undo.completed"])
        + all(["retry"], ["behind"], ["saga.repaired", "step.started", "step.completed", "step.failed", "saga.stuck"])
        + all(["waive"], undoable, ["undo.waived"]) + ["waive · saga · saga.compensated", "terminate · saga · saga.terminated"]

    private static let participants = all(["participant"], ["step", "undo"], TortureFault.allCases.map(\.rawValue))

    /// What each request was answered.
    private static let replies = [
        "command": [
            "accepted", "conflict", "handler_failed", "id_reused", "read_only", "rejected empty", "rejected full", "rejected no",
        ],
        "submit": ["accepted", "done", "read_only"],
        "register": ["accepted", "conflict", "read_only"],
        "start": [
            "compensated", "compensated, existing", "compensating", "compensating, existing", "completed", "completed, existing",
            "id_reused", "not_found", "read_only", "running", "running, existing", "stuck", "stuck, existing",
            "terminated, existing",
        ],
        "cancel": [
            "compensated", "compensating", "illegal_state ended", "illegal_state past_pivot", "not_found", "read_only", "stuck",
        ],
        "terminate": ["illegal_state ended", "read_only", "terminated"],
        "retry": [
            "compensated", "compensating", "completed", "illegal_state ended", "illegal_state not_failed", "not_found",
            "read_only", "stuck",
        ],
        "waive": ["compensated", "illegal_state ended", "illegal_state not_failed", "not_found", "read_only", "stuck"],
    ].sorted { $0.key < $1.key }.flatMap { verb, outcomes in outcomes.map { "\(verb): \($0)" } }
}
