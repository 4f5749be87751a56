/// The order in which the engine ran what may run in any order, used up while the model follows it.
struct OracleOrder: Sendable {
    private var left: [String: ArraySlice<String>]

    init(_ order: [String: [String]]) { left = order.mapValues { $0[...] } }

    /// Which one of `ready` the engine began next; both sides must agree that it may.
    mutating func next(of ready: [String], in saga: String) throws(Disagreement) -> Int {
        guard let begun = left[saga]?.popFirst() else {
            throw Disagreement(saga: saga, step: ready[0], why: "ready, but the engine did not begin it")
        }
        guard let place = ready.firstIndex(of: begun) else {
            let others = ready.joined(separator: ", ")
            throw Disagreement(saga: saga, step: begun, why: "the engine began it, but it is not ready; ready: \(others)")
        }
        return place
    }

    /// What the engine began beyond what the model has.
    func checkIsUsedUp() throws(Disagreement) {
        guard let saga = left.filter({ !$0.value.isEmpty }).keys.min(), let step = left[saga]?.first else { return }
        throw Disagreement(saga: saga, step: step, why: "the engine began it, but nothing is ready")
    }
}
