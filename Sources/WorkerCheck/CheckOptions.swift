public import Kernel

/// What to check, and how.
public struct CheckOptions: Sendable {
    /// One action, with what undoes it and what tells whether it was done.
    public struct Subject: Sendable, Equatable {
        public var action: String
        public var undo: String?
        public var probe: String?

        public init(action: String, undo: String? = nil, probe: String? = nil) {
            self.action = action
            self.undo = undo
            self.probe = probe
        }
    }

    public var subjects: [Subject]
    /// What every do gets; each one that is done has its effect.
    public var input: JSON = [:]
    /// What no do can take.
    public var wrong: JSON = ["skald_check": true]
    /// Where to listen; nil: a free port of the loopback.
    public var endpoint: String?
    /// Starts the worker, for a shell; nil: a person does.
    public var start: String?
    /// Prints how many effects `{operation}` of `{action}` has had, for a shell.
    public var effects: String?
    /// Milliseconds for one answer, and of each attempt.
    public var patience: Int64 = 10_000
    /// Milliseconds until a worker has come.
    public var arrival: Int64 = 60_000
    /// Whether a person is there to kill and start the worker.
    public var isAttended = false
    /// What the ids of this run's operations begin with: no other run's do.
    public var run: String

    public init(subjects: [Subject], run: String) {
        self.subjects = subjects
        self.run = run
    }
}
