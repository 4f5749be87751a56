/// One batch as it was given to the engine, with what could be observed of the choices that the contract leaves free.
public struct OracleBatch: Sendable {
    /// Milliseconds; never less than in the batch before.
    public var now: Int64
    public var space: OracleSpace
    /// In the order they came.
    public var operations: [ClientOperation]
    /// Ids whose receipt the store still held before this batch.
    public var remembered: Set<String>
    /// Index of an operation → the saga id that the server made up for it.
    public var started: [Int: String]
    /// Saga id → `do:`, `skip:`, `wake:` and `undo:<step>`, in the order in which this batch chose them.
    public var order: [String: [String]]

    public init(
        now: Int64, space: OracleSpace = .green, operations: [ClientOperation] = [], remembered: Set<String> = [],
        started: [Int: String] = [:], order: [String: [String]] = [:]
    ) {
        self.now = now
        self.space = space
        self.operations = operations
        self.remembered = remembered
        self.started = started
        self.order = order
    }
}
