extension AggregateHandler {
    /// Erases a typed aggregate. A type whose names are not well formed is a programming error.
    public init<A: Aggregate>(_ aggregate: A.Type) {
        AggregateHandler.check(aggregate)
        self.init(
            type: A.type, commandNames: A.commandNames, schema: A.schema, snapshotInterval: A.snapshotInterval,
            initial: A.initial,
            decide: { call, state in TypedHandler<A>.decide(call, AggregateHandler.typed(state)) },
            evolve: { state, event in
                var typed: A.State = AggregateHandler.typed(state)
                // Lets go of the erased copy, so that `typed` owns its buffers and folding does not copy them.
                state = ()
                defer { state = typed }
                try TypedHandler<A>.evolve(&typed, event)
            },
            encode: { state in try JSON(encoding: AggregateHandler.typed(state) as A.State) },
            decode: { json in try JSONValueDecoder().decode(A.State.self, from: json) },
            fields: { command in FieldProbe.fields(of: A.Command.self, name: command) })
    }

    private static func typed<S: Sendable>(_ state: State) -> S {
        guard let typed = state as? S else { preconditionFailure("a state of \(Swift.type(of: state)), not of \(S.self)") }
        return typed
    }

    private static func check<A: Aggregate>(_ aggregate: A.Type) {
        precondition(Names.isName(A.type), "'\(A.type)' is no name of an aggregate type: [a-z][a-z0-9_.-]{0,62}")
        precondition(A.schema >= 1, "\(A.type): schemas count from 1")
        precondition(A.snapshotInterval >= 1, "\(A.type): a snapshot interval is at least 1")
        for name in A.commandNames {
            precondition(
                FieldProbe.fields(of: A.Command.self, name: name) != nil,
                "\(A.type) lists the command '\(name)', which it has not")
        }
    }
}

/// The typed half of a handler.
enum TypedHandler<A: Aggregate> {
    static func decide(_ call: CommandCall, _ state: A.State) -> CommandOutcome {
        let command: A.Command
        do {
            command = try MessageCoder.decode(A.Command.self, name: call.name, body: call.body)
        } catch {
            switch error {
            case .unknownName: return .unknownCommand
            case .malformed(let message): return .malformed(message)
            }
        }
        if let answer = meet(call, state, command) { return answer }
        do {
            let decision = try A.decide(command, state, CommandContext(key: call.key, version: call.version))
            return .accepted(events: try decision.events.map(stored), result: decision.result)
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch {
            return .failed("\(A.type).\(call.name) failed: \(error)")
        }
    }

    static func evolve(_ state: inout A.State, _ event: StoredEvent) throws {
        let current = event.schema < A.schema ? try A.upcast(event) : event
        do {
            A.evolve(&state, try MessageCoder.decode(A.Event.self, name: current.name, body: current.body))
        } catch {
            switch error {
            case .unknownName(let name): throw EventError(A.type, event, "\(A.type) has no event '\(name)'")
            case .malformed(let message): throw EventError(A.type, event, message)
            }
        }
    }

    /// The answer to a stale command, or nil to go on.
    private static func meet(_ call: CommandCall, _ state: A.State, _ command: A.Command) -> CommandOutcome? {
        guard let expected = call.expected, expected != call.version else { return nil }
        switch A.conflictPolicy {
        case .strict: return .conflict
        case .lastWriteWins: return nil
        case .custom(let judge):
            let conflict = Conflict<A>(
                key: call.key, current: call.version, expected: expected, state: state, command: command)
            switch judge(conflict) {
            case .proceed: return nil
            case .conflict: return .conflict
            case .refuse(let refusal): return .refused(refusal)
            }
        }
    }

    private static func stored(_ event: A.Event) throws -> StoredEvent {
        let (name, body) = try MessageCoder.encode(event)
        return StoredEvent(name: name, schema: A.schema, body: body)
    }
}

/// A stored event that today's code cannot read: a bug in the type's events or in its `upcast`.
public struct EventError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ type: String, _ event: StoredEvent, _ problem: String) {
        description = "the event '\(event.name)' of '\(type)', written under schema \(event.schema), cannot be read: \(problem)"
    }
}
