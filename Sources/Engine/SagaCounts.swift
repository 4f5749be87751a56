package import EventLog

/// How many sagas are in each state that is not an end. Kept beside the rows of `saga_states`, because counting these takes a look at
/// each.
public struct SagaCounts: Sendable, Equatable {
    public internal(set) var running = 0
    public internal(set) var compensating = 0
    public internal(set) var stuck = 0

    init() {}

    /// Counts the rows: for a start.
    package init(_ reader: any LogReader) throws {
        for state in ["running", "compensating", "stuck"] {
            guard let first = SagaTables.stateKey(state, 0) else { continue }
            try reader.visit(.sagaStates, from: first, backwards: false) { key, _ in
                guard key.first == first.first else { return false }
                add(1, to: state)
                return true
            }
        }
    }

    /// A saga's row moves from one state to another; nil for one that begins.
    mutating func move(from old: String?, to new: String) {
        if let old { add(-1, to: old) }
        add(1, to: new)
    }

    mutating func add(_ other: SagaCounts) {
        running += other.running
        compensating += other.compensating
        stuck += other.stuck
    }

    private mutating func add(_ count: Int, to state: String) {
        switch state {
        case "running": running += count
        case "compensating": compensating += count
        case "stuck": stuck += count
        default: break
        }
    }
}
