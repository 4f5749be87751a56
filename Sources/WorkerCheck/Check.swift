/// What a worker has to stand, in the order it is tried.
public enum Check: String, Sendable, CaseIterable {
    case speaks, done, duplicate
    case twoAtOnce = "two_at_once"
    case undo
    case undoTwice = "undo_twice"
    case late
    case undoBeforeDo = "undo_before_do"
    case stale, crash
    case wrongInput = "wrong_input"
    case probe, silence, drain

    /// For people.
    public var title: String {
        switch self {
        case .late: "late do"
        case .stale: "stale attempt"
        default: String(rawValue.map { $0 == "_" ? " " : $0 })
        }
    }

    /// What should come.
    public var expected: String {
        switch self {
        case .speaks: "ready, heartbeats, answers to its own tasks"
        case .done: "done"
        case .duplicate: "the same answer, one effect"
        case .twoAtOnce: "one answer, one effect"
        case .undo: "done, one effect"
        case .undoTwice: "done again, one effect"
        case .late: "refuse, no effect"
        case .undoBeforeDo: "done without an effect, then its do: refuse"
        case .stale: "the answer that stands, or unknown; no effect"
        case .crash: "after each kill done, one effect"
        case .wrongInput: "refuse or unknown, and it lives"
        case .probe: "done with its result; else retry, and no mark"
        case .silence: "ready again, with what it holds"
        case .drain: "bye, then exit 0"
        }
    }
}
