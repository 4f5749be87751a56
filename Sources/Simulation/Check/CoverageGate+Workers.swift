/// What 2,000 seeds must show of workers: what was said × of which kind of attempt × what came of it × where its saga stood.
extension CoverageGate {
    static let workers: [String] =
        told.map { "worker is told \($0)" }
        + answers.flatMap { said, direction, phase, outcomes in
            outcomes.map { "worker \(said) · \(direction) · \($0) · \(phase)" }
        }

    private static let told = ["bad_request", "forbidden", "gone", "read_only", "unknown_session"]

    private static let answers: [(said: String, direction: String, phase: String, outcomes: [String])] = [
        ("done", "do", "behind", ["answer.ignored", "step.completed"]),
        ("done", "do", "compensating", ["answer.ignored", "step.completed"]),
        ("done", "do", "running", ["answer.ignored", "step.completed"]),
        ("done", "probe", "behind", ["step.completed"]),
        ("done", "probe", "running", ["step.completed"]),
        ("done", "undo", "compensating", ["answer.ignored", "undo.completed"]),
        // Undos while a saga runs are those of optional steps alone: one that is answered twice, or whose time is over, is met in
        // some thousands of seeds, too seldom to be asked of 2,000.
        ("done", "undo", "running", ["undo.completed"]),
        ("lost", "do", "behind", ["step.unknown"]),
        ("lost", "do", "compensating", ["maybe done"]),
        ("lost", "do", "running", ["maybe done", "step.unknown"]),
        ("lost", "probe", "behind", ["step.unknown"]),
        ("lost", "probe", "running", ["step.retrying", "step.unknown"]),
        ("lost", "undo", "compensating", ["undo.failed", "undo.retrying"]),
        ("lost", "undo", "running", ["undo.retrying"]),
        ("nonsense", "do", "behind", ["step.unknown"]),
        ("nonsense", "do", "compensating", ["maybe done"]),
        ("nonsense", "do", "running", ["maybe done", "step.unknown"]),
        ("nonsense", "probe", "running", ["step.unknown"]),
        ("nonsense", "undo", "compensating", ["undo.failed", "undo.retrying"]),
        ("not_now", "do", "behind", ["answer.ignored", "step.retrying"]),
        ("not_now", "do", "compensating", ["answer.ignored", "step.failed"]),
        ("not_now", "do", "running", ["answer.ignored", "maybe done", "step.failed", "step.retrying"]),
        ("not_now", "probe", "behind", ["step.retrying"]),
        ("not_now", "probe", "running", ["maybe done", "step.retrying"]),
        ("not_now", "undo", "compensating", ["answer.ignored", "undo.failed", "undo.retrying"]),
        ("rejected", "do", "behind", ["answer.ignored", "step.failed", "step.retrying"]),
        ("rejected", "do", "compensating", ["answer.ignored", "step.failed"]),
        ("rejected", "do", "running", ["answer.ignored", "step.failed", "step.retrying"]),
        ("rejected", "probe", "behind", ["step.failed"]),
        ("rejected", "probe", "running", ["step.failed", "step.retrying"]),
        ("rejected", "undo", "compensating", ["answer.ignored", "undo.failed", "undo.retrying"]),
        ("timeout", "timer", "behind", ["step.unknown"]),
        ("timeout", "timer", "compensating", ["maybe done", "undo.failed", "undo.retrying"]),
        ("timeout", "timer", "running", ["maybe done", "step.retrying", "step.unknown"]),
        ("unknown", "do", "behind", ["answer.ignored", "step.unknown"]),
        ("unknown", "do", "compensating", ["answer.ignored", "maybe done"]),
        ("unknown", "do", "running", ["answer.ignored", "maybe done", "step.unknown"]),
        ("unknown", "probe", "running", ["step.unknown"]),
        ("unknown", "undo", "compensating", ["answer.ignored", "undo.failed", "undo.retrying"]),
        ("working", "do", "behind", ["attempt.extended"]),
        ("working", "do", "compensating", ["attempt.extended"]),
        ("working", "do", "running", ["attempt.extended"]),
        ("working", "undo", "compensating", ["attempt.extended"]),
    ]
}
