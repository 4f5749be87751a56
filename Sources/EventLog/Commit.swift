/// Everything that one batch changes, made durable together or not at all.
public struct Commit: Sendable {
    /// Of the entries, in log order, and applied after `expired`. The log, the stream index, the receipts and the chain are derived
    /// from them by the store.
    public private(set) var records = RecordBatch()
    /// Caches and work lists kept beside the log; later writes to a key win.
    public var writes: [TableWrite] = []
    /// Ids whose receipts are past retention. Removed before the entries' own receipts are set; an id without one is no error.
    public var expired: [String] = []

    public init() {}

    /// Adds an entry behind the others. Stops the process when it holds what a record cannot: a bug of whoever staged it.
    public mutating func append(_ entry: consuming Entry) { records.append(entry) }

    /// Room for so many entries, whose records have so many bytes together.
    public mutating func reserveCapacity(_ entries: Int, bytes: Int) { records.reserveCapacity(entries, bytes: bytes) }

    /// The entries, read back from their records.
    public var entries: [Entry] { records.indices.map { records.entry($0) } }

    public var isEmpty: Bool { records.isEmpty && writes.isEmpty && expired.isEmpty }
}
