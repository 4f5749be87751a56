import Kernel

/// A gate that lets pass, and takes back, only when it is told to: sagas fail where a test wants them to.
enum Gate: Aggregate {
    static let type = "gate"

    struct State: Codable, Sendable {
        var open = true
        var backOpen = true
        var inside: Int64 = 0
    }

    enum Command: Codable, Sendable {
        case pass(note: String?)
        case back
        case set(open: Bool, backOpen: Bool)
    }

    enum Event: Codable, Sendable {
        case passed(note: String?)
        case backed
        case set(open: Bool, backOpen: Bool)
    }

    static let initial = State()
    static let commandNames = ["pass", "back", "set"]

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .pass(let note):
            guard state.open else { throw Refusal("closed", "the gate is closed") }
            return .event(.passed(note: note), result: ["inside": .int(state.inside + 1)])
        case .back:
            guard state.backOpen else { throw Refusal("locked", "the way back is locked") }
            return .event(.backed)
        case .set(let open, let backOpen): return .event(.set(open: open, backOpen: backOpen))
        }
    }

    static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .passed: state.inside += 1
        case .backed: state.inside -= 1
        case .set(let open, let backOpen): (state.open, state.backOpen) = (open, backOpen)
        }
    }
}

/// Counts like `counter`, with another answer to a stale version, and a refusal where nothing is.
struct Policies {
    struct State: Codable, Sendable { var value: Int64 = 0 }
    enum Command: Codable, Sendable {
        case add(n: Int64)
        case need
    }
    enum Event: Codable, Sendable { case added(n: Int64) }

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .add(let n): return .event(.added(n: n), result: ["value": .int(state.value + n)])
        case .need:
            guard context.version > 0 else { throw Refusal.notFound("there is nothing to need yet") }
            return .nothing(result: ["value": .int(state.value)])
        }
    }
}

/// The last write wins.
enum Lax: Aggregate {
    static let type = "lax"
    static let initial = Policies.State()
    static let commandNames = ["add", "need"]
    static let conflictPolicy = ConflictPolicy<Lax>.lastWriteWins

    static func decide(
        _ command: Policies.Command, _ state: Policies.State, _ context: CommandContext
    ) throws -> Decision<Policies.Event> { try Policies.decide(command, state, context) }

    static func evolve(_ state: inout Policies.State, _ event: Policies.Event) {
        if case .added(let n) = event { state.value += n }
    }
}

/// Takes a stale command when it adds little; names what it saw when it adds too much.
enum Picky: Aggregate {
    static let type = "picky"
    static let initial = Policies.State()
    static let conflictPolicy = ConflictPolicy<Picky>.custom { conflict in
        guard case .add(let n) = conflict.command else { return .conflict }
        if n < 10 { return .proceed }
        if n < 100 { return .conflict }
        return .refuse(
            Refusal("too_much", "\(conflict.key) \(conflict.current) \(conflict.expected) \(conflict.state.value)"))
    }

    static func decide(
        _ command: Policies.Command, _ state: Policies.State, _ context: CommandContext
    ) throws -> Decision<Policies.Event> { try Policies.decide(command, state, context) }

    static func evolve(_ state: inout Policies.State, _ event: Policies.Event) {
        if case .added(let n) = event { state.value += n }
    }
}

enum TestDomain {
    static let handlers = [AggregateHandler(Gate.self), AggregateHandler(Lax.self), AggregateHandler(Picky.self)]

    /// A handler for `gate` whose code can no longer fold the events that match.
    static func broken(_ isBroken: @escaping @Sendable (StoredEvent) -> Bool) -> AggregateHandler {
        let sound = AggregateHandler(Gate.self)
        return AggregateHandler(
            type: sound.type, commandNames: sound.commandNames, schema: sound.schema, snapshotInterval: sound.snapshotInterval,
            initial: sound.initial, decide: sound.decide,
            evolve: { state, event in
                if isBroken(event) { throw FoldBug() }
                try sound.evolve(&state, event)
            }, encode: sound.encode, decode: sound.decode, fields: sound.fields)
    }

    struct FoldBug: Error {}
}
