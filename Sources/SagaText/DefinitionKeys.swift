/// The keys of SAGAS section 2, as readers and `docs/saga.schema.json` know them.
enum DefinitionKeys {
    static let top = [
        "saga", "version", "description", "key", "deadline", "input", "defaults", "attention", "steps", "output",
    ]
    static let defaults = ["timeout", "retry", "undo_retry"]
    static let step = [
        "needs", "if", "command", "call", "saga", "wait", "sleep", "key", "with", "expect", "undo", "because", "probe", "pivot",
        "optional", "retry", "timeout", "each", "parallel", "lock",
    ]
    static let undo = ["command", "call", "saga", "key", "with", "retry", "timeout"]
    static let probe = ["call", "with", "retry", "timeout"]
    static let retry = ["attempts", "first", "factor", "cap", "jitter", "for", "only", "except"]
    static let probeRetry = ["attempts", "first", "factor", "cap", "jitter"]
    /// Exactly one of these says what a step does.
    static let forms = ["command", "call", "saga", "wait", "sleep"]
    /// What the language has and this version does not run.
    static let unsupported = ["saga", "wait", "each", "parallel", "lock"]
}
