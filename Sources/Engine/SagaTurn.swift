import EventLog
import Kernel
import SagaModel

/// One turn of a saga: everything it can do now, on top of a batch, not yet part of it.
///
/// What it makes of aggregates is made where they stand in memory; when a turn is given up they are loaded anew.
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
    /// The aggregates its steps were decided on, in the order they were first met.
    private(set) var touched: [Touched] = []
    /// The attempts that workers have taken.
    private(set) var begun: [Begun] = []
    /// The attempts that workers held before it.
    private let held: [HeldAttempt]
    /// Cut off by a limit: the rest follows in the next batch.
    var isCut = false

    struct Touched {
        let id: AggregateID
        /// As it is after the turn.
        var content: Content
        /// Where its stream stood before it.
        let head: StreamHead
    }

    enum Content {
        case local(ResidentAggregate)
        /// Decided by a worker, which gave the state that goes with it.
        case remote(RemoteStateBody?)
    }

    struct Begun {
        /// Where the event that began it stands among `events`.
        let event: Int
        let attempt: SagaAttempt
        let peer: PeerID
    }

    struct Effect {
        /// Where its aggregate is among `touched`.
        let place: Int
        let events: [StoredBody]
        let operation: String
        let attempt: Int
    }

    init(_ saga: LoadedSaga, at now: Timestamp) {
        state = saga.state
        held = saga.held
        self.now = now
    }

    /// The attempt that a worker held before the turn, and holds still.
    func held(_ step: Int, _ direction: Direction) -> HeldAttempt? {
        held.first { $0.step == step && $0.direction == direction && state.holds(step, direction, $0.number) }
    }

    /// A new saga.
    init(starting id: String, _ definition: Definition, _ start: SagaStart, at now: Timestamp) {
        state = SagaState(id: id, definition: definition, start: start, at: now)
        held = []
        self.now = now
        // One event begins a step and one answers it.
        events.reserveCapacity(2 * definition.steps.count + 2)
        effects.reserveCapacity(definition.steps.count)
        touched.reserveCapacity(definition.steps.count)
        store(.started(start))
    }

    /// An attempt begins, and this worker has it.
    mutating func begin(_ attempt: SagaAttempt, _ event: SagaEvent, with peer: PeerID) throws(IllegalTransition) {
        begun.append(Begun(event: events.count, attempt: attempt, peer: peer))
        try record(event)
    }

    mutating func record(_ event: SagaEvent) throws(IllegalTransition) {
        try state.apply(event, at: now)
        store(event)
        mustPlanAgain = event.changesPlan
    }

    /// The time of an attempt runs anew.
    mutating func extend(_ step: Int, _ direction: Direction, until due: Timestamp) throws(IllegalTransition) {
        guard let attempt = held(step, direction) else { return }
        let name = state.definition.steps[step].name
        try record(.attemptExtended(step: name, direction: direction, attempt: attempt.number, due: due.milliseconds))
    }

    private mutating func store(_ event: SagaEvent) {
        let body = event.bytes
        bytes += body.count
        events.append(StoredBody(name: event.name, schema: 1, body: body))
    }

    /// Where an aggregate of this server is among `touched`, which it is from now on; its stream stands at `head`.
    mutating func touch(_ id: AggregateID, _ resident: ResidentAggregate, at head: StreamHead) -> Int {
        if let known = resident.place { return known }
        resident.place = touched.count
        touched.append(Touched(id: id, content: .local(resident), head: head))
        return touched.count - 1
    }

    /// Takes in what a worker has decided for an aggregate whose stream stands at `head`.
    mutating func touch(_ id: AggregateID, _ state: RemoteStateBody?, at head: StreamHead) -> Int {
        guard let known = touched.firstIndex(where: { $0.id == id }) else {
            touched.append(Touched(id: id, content: .remote(state), head: head))
            return touched.count - 1
        }
        touched[known].content = .remote(state)
        return known
    }

    /// Adds what a step has made of an aggregate.
    mutating func add(_ events: [StoredBody], _ attempt: SagaAttempt, to place: Int) {
        if events.isEmpty { return }
        bytes += events.reduce(0) { $0 + $1.body.count }
        effects.append(Effect(place: place, events: events, operation: attempt.operation, attempt: attempt.number))
    }
}
