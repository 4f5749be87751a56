import Kernel
import Synchronization

/// Stands before every aggregate of a scaffold's server: counts what the saga under test has decided, and spoils what it is told
/// to spoil.
///
/// Decisions are told apart by their place in the saga: its history gives the same order in every run, so nothing has to be
/// guessed from commands that may look alike.
final class Injector: Sendable {
    private struct State: Sendable {
        /// Nothing is counted while the scaffold sets the scene.
        var isArmed = false
        /// Decisions of the saga so far, and how many of them are durable.
        var decided = 0
        var durable = 0
        var finding: Difference?
    }

    private let state = Mutex(State())
    /// The decisions that are refused, by place from 0, and the code each is refused with.
    let refused: [Int: String]
    /// Undos that are delivered twice, by place.
    let repeated: [Int: String]
    private let view: SagaScaffold.View

    init(refused: [Int: String] = [:], repeated: [Int: String] = [:], view: @escaping SagaScaffold.View) {
        self.refused = refused
        self.repeated = repeated
        self.view = view
    }

    /// Decisions of the saga that are durable.
    var decisions: Int { state.withLock { $0.durable } }
    /// The first undo that a second delivery was not harmless for.
    var finding: Difference? { state.withLock { $0.finding } }

    func arm() { state.withLock { $0.isArmed = true } }
    /// What was decided since the last commit is durable now.
    func commit() { state.withLock { $0.durable = $0.decided } }
    /// What was decided since the last commit is lost, and will be decided again.
    func lose() { state.withLock { $0.decided = $0.durable } }

    /// The handler with this before it, and with a snapshot after every event, so that a restart reads the state's JSON.
    func guarding(_ handler: AggregateHandler) -> AggregateHandler {
        AggregateHandler(
            type: handler.type, commandNames: handler.commandNames, schema: handler.schema, snapshotInterval: 1,
            initial: handler.initial,
            decide: { call, state in self.decide(call, state, handler) },
            evolve: handler.evolve, encode: handler.encode, decode: handler.decode, fields: handler.fields)
    }

    private func decide(_ call: CommandCall, _ state: AggregateHandler.State, _ handler: AggregateHandler) -> CommandOutcome {
        let place = self.state.withLock { state -> Int? in
            guard state.isArmed else { return nil }
            state.decided += 1
            return state.decided - 1
        }
        guard let place else { return handler.decide(call, state) }
        if let code = refused[place] { return .refused(Refusal(code, "the scaffold lets this fail")) }
        guard let step = repeated[place] else { return handler.decide(call, state) }
        do { return try decideTwice(call, state, handler, step) } catch {
            return .failed("\(handler.type).\(call.name): \(error)")
        }
    }

    /// Delivers an undo, then once more on what it left behind. Both count.
    private func decideTwice(
        _ call: CommandCall, _ state: AggregateHandler.State, _ handler: AggregateHandler, _ step: String
    ) throws -> CommandOutcome {
        let first = handler.decide(call, state)
        guard case .accepted(let events, let result) = first else { return first }
        var once = state
        for event in events { try handler.evolve(&once, event) }
        let again = CommandCall(
            name: call.name, body: call.body, key: call.key, version: call.version + UInt64(events.count), expected: nil)
        let id = AggregateID(handler.type, call.key)
        let undo = "the undo of '\(step)', \(handler.type).\(call.name), delivered twice:"
        let second = handler.decide(again, once)
        guard case .accepted(let more, _) = second else {
            note(Difference("\(undo) the second is not accepted by \(id)", expected: "accepted", actual: second.text))
            return first
        }
        var twice = once
        for event in more { try handler.evolve(&twice, event) }
        let (expected, actual) = (view(id, try handler.encode(once)), view(id, try handler.encode(twice)))
        if expected != actual {
            note(Difference("\(undo) the second changes \(id)", expected: expected.text, actual: actual.text))
        }
        return .accepted(events: events + more, result: result)
    }

    private func note(_ finding: Difference) { state.withLock { $0.finding = $0.finding ?? finding } }
}
