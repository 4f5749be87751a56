/// A saga as it should be: everything its view shows that both sides must agree on.
public struct SagaPicture: Sendable, Equatable {
    public struct Step: Sendable, Equatable {
        public var name: String
        /// In the words of the language: `pending`, `running`, `completed`, …
        public var status: String
        /// Attempts begun.
        public var attempts: Int
        /// `value` of its result; nil when it has none.
        public var value: Int64?
        /// Code of its last failure.
        public var error: String?
        /// `none`, `undo_pending`, `undoing`, `undone`, `undo_retrying`, `undo_failed`, `waived`, `bypassed`.
        public var undo: String
        public var undoAttempts: Int

        public init(name: String) {
            self.name = name
            status = "pending"
            attempts = 0
            undo = "none"
            undoAttempts = 0
        }
    }

    public var id: String
    public var definition: String
    public var version: Int
    public var key: String?
    /// `running`, `compensating`, `completed`, `compensated`, `terminated`: without the flag `stuck`.
    public var status: String
    public var isStuck: Bool
    /// The step it is stuck on.
    public var stuckStep: String?
    /// Why it turned back: `step_failed`, `deadline`, `cancelled`; `terminated` for one that a person ended.
    public var reason: String?
    /// Code of its first failure.
    public var error: String?
    /// A cancel is recorded that has not been acted upon, or has.
    public var isCancelRequested: Bool
    /// Step → status, as the definition's output shows it; empty unless completed.
    public var output: [String: String]
    /// In the order of the definition.
    public var steps: [Step]

    public init(id: String, definition: String, version: Int, key: String?, steps: [Step]) {
        self.id = id
        self.definition = definition
        self.version = version
        self.key = key
        status = "running"
        isStuck = false
        isCancelRequested = false
        output = [:]
        self.steps = steps
    }
}
