/// Everything that one batch changes, made durable together or not at all.
public struct Commit: Sendable {
    /// In log order, and applied after `expired`. The log, the stream index, the receipts and the chain are derived from them
    /// by the store.
    public var entries: [Entry] = []
    /// Caches and work lists kept beside the log; later writes to a key win.
    public var writes: [TableWrite] = []
    /// Ids whose receipts are past retention. Removed before the entries' own receipts are set; an id without one is no error.
    public var expired: [String] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty && writes.isEmpty && expired.isEmpty }
}
