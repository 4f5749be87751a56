/// A table beside the log. Keys are 1…500 bytes and compare as bytes.
public enum Table: UInt8, Sendable, CaseIterable {
    /// `type/key` → a snapshot of the aggregate's state. Disposable.
    case snapshots = 1
    /// due time, saga id → nothing: when a saga must be looked at again.
    case timers = 2
    /// position of its start → a saga's row for lists.
    case sagas = 3
    /// state, position of its start → nothing: the sagas in a state.
    case sagaStates = 4
    /// definition, business key → the saga that holds it.
    case businessKeys = 5
    /// The server's own few values (epoch, how far receipts are swept, work parked after crashes).
    case server = 6
    /// lane, what is offered, position of the saga's start, step → the saga: what waits for a worker.
    case queue = 7
    /// position of the event that began it → an attempt that a worker holds.
    case leases = 8
    /// position of its acceptance → the id of a command that is accepted and waits for a worker to decide it; `id/` and the id →
    /// that position.
    case inbox = 9
}
