/// A second model of commands and sagas: small, slow, and written from the contract alone.
///
///     batch ──▶ due sagas ──▶ operations, one after the other ──▶ replies, cells, sagas
///
/// It shares nothing with the engine but the plain types of `Model`. Where the contract leaves an order free, the
/// batch says which one the engine took, and the model checks that it was allowed to.
/// A value: keep a copy to go back to when a commit was lost, or after a `Disagreement`.
public struct Oracle: Sendable {
    /// What was answered to an id, and to what.
    struct Receipt: Sendable {
        var act: ClientOperation.Act
        var reply: ClientReply
    }

    var store = OracleCells()
    var runs: [String: OracleSaga] = [:]
    var definitions: [String: [Int: SimulatedDefinition]] = [:]
    /// Definition's name → business key → the last saga that has it.
    var keys: [String: [String: String]] = [:]
    var receipts: [String: Receipt] = [:]

    public init() {}

    /// Every cell that has an event.
    public var cells: [String: CellPicture] { store.pictures }

    public var sagas: [String: SagaPicture] { runs.mapValues(\.picture) }

    /// The earliest time at which a saga is due: a retry, the end of a sleep, a deadline, the retry of an undo.
    public var wakeUp: Int64? { runs.values.lazy.compactMap { $0.due }.min() }

    /// Registers a definition before serving begins.
    public mutating func install(_ definition: SimulatedDefinition) {
        definitions[definition.name, default: [:]][definition.version] = definition
    }

    /// What the batch must have been answered, one reply per operation.
    public mutating func process(_ batch: OracleBatch) throws(Disagreement) -> [ClientReply] {
        var order = OracleOrder(batch.order)
        forgetReceipts(of: batch)
        if batch.space != .red {
            for saga in dueSagas(at: batch.now) { try runs[saga]?.turn(at: batch.now, on: &store, &order) }
        }
        var replies: [ClientReply] = []
        for (index, operation) in batch.operations.enumerated() {
            replies.append(try answer(operation, batch, madeUp: batch.started[index], &order))
        }
        try order.checkIsUsedUp()
        return replies
    }

    /// An id whose receipt the store has let go is new.
    private mutating func forgetReceipts(of batch: OracleBatch) {
        for operation in batch.operations {
            var id = operation.id
            if case .submit(let inner, _, _, _) = operation.act { id = inner }
            if !batch.remembered.contains(id) { receipts[id] = nil }
        }
    }

    /// By due time, then by the bytes of the id.
    private func dueSagas(at now: Int64) -> [String] {
        let due = runs.values.compactMap { saga in
            saga.due.flatMap { time in time <= now ? (time: time, id: saga.picture.id) : nil }
        }
        return
            due.sorted { $0.time == $1.time ? $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) : $0.time < $1.time }
            .map(\.id)
    }
}
