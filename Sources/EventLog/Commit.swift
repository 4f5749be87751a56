/// Everything that one batch changes, made durable together or not at all.
public struct Commit: Sendable {
    /// In log order. The log, the stream index, the receipts and the chain are derived from them by the store.
    public var entries: [Entry] = []
    /// Caches and work lists kept beside the log; later writes to a key win.
    public var writes: [TableWrite] = []
    /// Ids whose receipts are past retention.
    public var expired: [String] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty && writes.isEmpty && expired.isEmpty }
}

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
}

public struct TableWrite: Sendable, Equatable {
    public var table: Table
    public var key: [UInt8]
    /// nil removes the key; removing a missing key is no error.
    public var value: [UInt8]?

    public init(_ table: Table, key: [UInt8], value: [UInt8]?) {
        self.table = table
        self.key = key
        self.value = value
    }
}
