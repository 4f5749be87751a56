import Kernel
import SagaModel

/// What the log holds of a saga in a run, as bytes, and its fold: all that a crash leaves.
struct StoredSaga {
    private let first: SagaState
    private var entries: [(name: String, body: [UInt8], time: Timestamp)] = []
    /// The fold of all entries, each read back from its bytes.
    private(set) var state: SagaState

    init(_ state: SagaState) {
        first = state
        self.state = state
    }

    var count: Int { entries.count }

    /// Stores one event; a sentence when it breaks a promise or cannot be read back and folded.
    mutating func append(_ event: SagaEvent, at time: Timestamp) -> String? {
        entries.append((event.name, event.body.bytes, time))
        guard let stored = read(entries[entries.count - 1]), stored == event else {
            return "\(event.name) is not read back as it was written"
        }
        if let broken = SagaRules.broken(by: stored, in: state) { return broken }
        do throws(IllegalTransition) { try state.apply(stored, at: time) } catch { return error.description }
        return nil
    }

    /// The saga as a restarted server finds it: everything read and folded again. nil when that fails.
    func recovered() -> SagaState? {
        var state = first
        for entry in entries {
            guard let event = read(entry), (try? state.apply(event, at: entry.time)) != nil else { return nil }
        }
        return state
    }

    private func read(_ entry: (name: String, body: [UInt8], time: Timestamp)) -> SagaEvent? {
        guard let body = try? JSON.parse(entry.body, maximumDepth: JSON.storedDepth) else { return nil }
        return try? SagaEvent(name: entry.name, body: body)
    }

    /// What differs between two states that should be one; nil when nothing does.
    static func difference(_ left: SagaState, _ right: SagaState, at now: Timestamp) -> String? {
        if left.view(at: now).bytes != right.view(at: now).bytes { return "the view differs" }
        if SagaPlan.moves(left, at: now) != SagaPlan.moves(right, at: now) { return "the plan differs" }
        if SagaPlan.wakeUp(left) != SagaPlan.wakeUp(right) { return "the next timer differs" }
        let operations = { (state: SagaState) in
            state.steps.indices.flatMap { [state.operationID(ofStep: $0), state.operationID(ofUndo: $0)] }
        }
        return operations(left) == operations(right) ? nil : "the operations differ"
    }
}
