/// The typed half of an `AggregateHandler`.
@usableFromInline
struct TypedHandler<A: Aggregate>: Sendable {
    @usableFromInline let commands: MessageCoding<A.Command>
    @usableFromInline let events: MessageCoding<A.Event>

    @inlinable
    init(_ commands: MessageCoding<A.Command>, _ events: MessageCoding<A.Event>) {
        (self.commands, self.events) = (commands, events)
    }

    @inlinable
    func evolve(_ state: inout A.State, _ event: StoredEvent) throws {
        let current = event.schema < A.schema ? try A.upcast(event) : event
        let typed: A.Event
        do {
            typed = try events.decode(current.name, current.body)
        } catch { throw EventError(A.type, event, error) }
        A.evolve(&state, typed)
    }

    @inlinable
    static func typed(_ state: AggregateHandler.State) -> A.State {
        opened(state)
    }

    /// Compares types instead of casting, which looks for ways to convert before it finds that it need not.
    @inlinable
    static func opened<State>(_ state: State) -> A.State {
        precondition(State.self == A.State.self, "a state that another handler made")
        return unsafeBitCast(state, to: A.State.self)
    }

    /// Lends the typed state, owned alone while it is lent, so that changing it does not copy its buffers.
    @inlinable
    static func change<R>(_ state: inout AggregateHandler.State, _ body: (inout A.State) throws -> R) rethrows -> R {
        var typed = typed(state)
        state = ()
        defer { state = typed }
        return try body(&typed)
    }

    @usableFromInline
    static func check() {
        precondition(Names.isName(A.type), "'\(A.type)' is no name of an aggregate type: [a-z][a-z0-9_.-]{0,62}")
        precondition(A.schema >= 1, "\(A.type): schemas count from 1")
        precondition(A.snapshotInterval >= 1, "\(A.type): a snapshot interval is at least 1")
        for name in A.commandNames {
            let fields = FieldProbe.fields(of: A.Command.self, name: name)
            precondition(fields != nil, "\(A.type) lists the command '\(name)', which it has not")
        }
    }
}

extension TypedHandler {
    @inlinable
    func decide(_ call: CommandCall, _ state: A.State) -> CommandOutcome {
        let command: A.Command
        do {
            command = try commands.decode(call.name, call.body)
        } catch {
            switch error {
            case .unknownName: return .unknownCommand
            case .malformed(let message): return .malformed(message)
            }
        }
        if let answer = Self.meet(call, state, command) { return answer }
        do {
            let context = CommandContext(key: call.key, version: call.version)
            return stored(call, try A.decide(command, state, context))
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch { return Self.failed(call, error) }
    }

    /// The answer to a stale command, or nil to go on.
    @inlinable
    static func meet(_ call: CommandCall, _ state: A.State, _ command: A.Command) -> CommandOutcome? {
        guard let expected = call.expected, expected != call.version, !Mutant.expectedVersionIgnored.isActive else { return nil }
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

    @inlinable
    func stored(_ call: CommandCall, _ decision: Decision<A.Event>) -> CommandOutcome {
        do {
            let schema = A.schema
            let events = try decision.events.map { event in
                let (name, body) = try self.events.encode(event)
                return StoredEvent(name: name, schema: schema, body: body)
            }
            return .accepted(events: events, result: decision.result)
        } catch { return Self.failed(call, error) }
    }

    @usableFromInline
    static func failed(_ call: CommandCall, _ error: any Error) -> CommandOutcome {
        .failed("\(A.type).\(call.name) failed: \(error)")
    }
}
