import EventLog
import Kernel
import SagaModel

/// One turn of a saga: everything it can do now, on top of a batch, not yet part of it.
///
/// Holds its own copies of what it touches. When a turn is given up, nothing has to be taken back.
struct SagaTurn {
    private(set) var state: SagaState
    let now: Timestamp
    /// What the turn has recorded of the saga itself, as it will be stored.
    private(set) var events: [StoredBody] = []
    /// What all it has recorded weighs.
    private(set) var bytes = 0
    /// After a failure or a turn back what was planned before may be wrong.
    private(set) var mustPlanAgain = false
    /// What its steps and undos have added to aggregates, in the order they ran.
    private(set) var effects: [Effect] = []
    /// The aggregates it has changed, as they are after it.
    private(set) var aggregates: [AggregateID: LoadedAggregate] = [:]
    /// Where the streams of those aggregates stood before it.
    private(set) var heads: [AggregateID: StreamHead] = [:]
    /// Cut off by a limit: the rest follows in the next batch.
    var isCut = false

    struct Effect {
        let aggregate: AggregateID
        let events: [StoredBody]
        let operation: String
        let attempt: Int
    }

    init(_ state: SagaState, at now: Timestamp) {
        self.state = state
        self.now = now
    }

    /// A new saga.
    init(starting id: String, _ definition: Definition, _ start: SagaStart, at now: Timestamp) {
        state = SagaState(id: id, definition: definition, start: start, at: now)
        self.now = now
        store(.started(start))
    }

    mutating func record(_ event: SagaEvent) throws(IllegalTransition) {
        try state.apply(event, at: now)
        store(event)
        mustPlanAgain =
            switch event {
            case .stepFailed, .compensating, .stuck: true
            default: state.isEnded
            }
    }

    private mutating func store(_ event: SagaEvent) {
        let body = event.body.bytes
        bytes += body.count
        events.append(StoredBody(name: event.name, schema: 1, body: body))
    }

    mutating func add(_ effect: Effect, _ aggregate: LoadedAggregate, before head: StreamHead) {
        if heads[effect.aggregate] == nil { heads[effect.aggregate] = head }
        aggregates[effect.aggregate] = aggregate
        if !effect.events.isEmpty { effects.append(effect) }
        bytes += effect.events.reduce(0) { $0 + $1.body.count }
    }
}
