/// Everything that one batch changes, made durable together or not at all.
public struct Commit: Sendable {
    /// In log order, and applied after `expired`. The log, the stream index, the receipts and the chain are derived from them
    /// by the store.
    public var entries: [Entry] = []
    /// Caches and work lists kept beside the log; later writes to a key win.
    public var writes: [TableWrite] = []
    /// Ids whose receipts are past retention. Removed before the entries' own receipts are set; an id without one is no error.
    public var expired: [String] = []

    /// The records of the first of the entries.
    private var records = RecordBatch()

    public init() {}

    /// Encodes the entries that are there by now, so that making them durable need not: for whoever commits on another thread.
    public mutating func encode() {
        for entry in entries[records.count...] { records.append(entry) }
    }

    /// Lends every entry's record, those not encoded yet too.
    public func visitRecords<Failure: Error>(backwards: Bool = false, _ visit: (RecordView) throws(Failure) -> Void)
        throws(Failure)
    {
        var encoded = self
        encoded.encode()
        try encoded.records.visit(backwards: backwards, visit)
    }

    public var isEmpty: Bool { entries.isEmpty && writes.isEmpty && expired.isEmpty }
}
