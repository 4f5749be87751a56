import Kernel
import Testing

private struct Bug: Error {}

/// A purse under a policy of the test's choosing.
private protocol Purse: Aggregate where State == PurseState, Command == PurseCommand, Event == PurseEvent {}

private struct PurseState: Codable, Sendable, Equatable {
    var coins: Int64 = 0
    var log: [String: Int64] = [:]
}

private enum PurseCommand: Codable, Sendable {
    case put(coins: Int64)
    case take(coins: Int64)
    case look, burn, shake
}
private enum PurseEvent: Codable, Sendable {
    case coinsPut(coins: Int64, by: String)
    case taken(coins: Int64)
    case weighed(grams: Double)
}

extension Purse {
    static var type: String { "purse" }
    static var initial: PurseState { PurseState() }

    static func decide(_ command: PurseCommand, _ state: PurseState, _ context: CommandContext) throws -> Decision<PurseEvent> {
        switch command {
        case .put(let coins): return .event(.coinsPut(coins: coins, by: context.key), result: ["id": "p-\(context.nextVersion)"])
        case .take(let coins):
            guard coins <= state.coins else { throw Refusal("too_few", "only \(state.coins) coins") }
            return .events([.taken(coins: coins), .taken(coins: 0)])
        case .look: return .nothing(result: ["coins": .int(state.coins)])
        case .burn: throw Bug()
        case .shake: return .event(.weighed(grams: .infinity))
        }
    }

    static func evolve(_ state: inout PurseState, _ event: PurseEvent) {
        switch event {
        case .coinsPut(let coins, let by):
            state.coins += coins
            state.log[by, default: 0] += 1
        case .taken(let coins): state.coins -= coins
        case .weighed: break
        }
    }
}

private enum Strict: Purse {}
private enum LastWins: Purse { static var conflictPolicy: ConflictPolicy<LastWins> { .lastWriteWins } }
private enum Custom: Purse {
    static var conflictPolicy: ConflictPolicy<Custom> {
        .custom { conflict in
            switch conflict.command {
            case .put: return .proceed
            case .take(let coins) where coins > conflict.state.coins:
                let seen = "\(conflict.key) \(conflict.current) \(conflict.expected)"
                return .refuse(Refusal("stale", seen))
            default: return .conflict
            }
        }
    }
}

/// Schema 2 renamed `put` to `coins_put` and says who put.
private enum Upcast: Purse {
    static var schema: Int { 2 }
    static func upcast(_ event: StoredEvent) throws -> StoredEvent {
        guard event.name == "put", let coins = event.body["coins"] else { return event }
        return StoredEvent(name: "coins_put", schema: 2, body: ["coins": coins, "by": "nobody"])
    }
}

private func call(_ name: String, _ body: JSON = [:], version: UInt64 = 0, expected: UInt64? = nil) -> CommandCall {
    CommandCall(name: name, body: body, key: "k", version: version, expected: expected)
}

private func event(_ name: String, _ body: JSON, schema: Int = 1) -> StoredEvent {
    StoredEvent(name: name, schema: schema, body: body)
}

@Suite struct `Deciding through a handler` {
    let handler = AggregateHandler(Strict.self)
    private let rich = PurseState(coins: 5)

    @Test func `an accepted command gives its events by their wire names and its result`() {
        #expect(
            handler.decide(call("put", ["coins": 3], version: 4), PurseState())
                == .accepted(events: [event("coins_put", ["coins": 3, "by": "k"])], result: ["id": "p-5"]))
    }

    @Test func `AK-03: a command gives none, one or many events`() {
        #expect(handler.decide(call("look"), rich) == .accepted(events: [], result: ["coins": 5]))
        #expect(
            handler.decide(call("take", ["coins": 2]), rich)
                == .accepted(events: [event("taken", ["coins": 2]), event("taken", ["coins": 0])], result: [:]))
    }

    @Test func `ES-07: a broken invariant is refused with its reason`() {
        #expect(handler.decide(call("take", ["coins": 6]), rich) == .refused(Refusal("too_few", "only 5 coins")))
    }

    @Test func `ES-02: an unknown command is told apart from a body that does not fit`() {
        #expect(handler.decide(call("putt"), rich) == .unknownCommand)
        #expect(handler.decide(call("put"), rich) == .malformed("field 'coins' is missing"))
        #expect(handler.decide(call("put", ["coins": "1"]), rich) == .malformed("field 'coins' must be an integer, not a string"))
    }

    @Test func `SS-19: any other error is a failed handler`() {
        #expect(handler.decide(call("burn"), rich) == .failed("purse.burn failed: Bug()"))
        #expect(
            handler.decide(call("shake"), rich) == .failed("purse.shake failed: field 'grams' is not a finite number"))
    }

    @Test func `SS-14: a stale version meets a conflict under the strict policy`() {
        #expect(handler.decide(call("look", version: 2, expected: 1), rich) == .conflict)
        #expect(handler.decide(call("look", version: 2, expected: 3), rich) == .conflict)
        #expect(handler.decide(call("look", version: 2, expected: 2), rich) == .accepted(events: [], result: ["coins": 5]))
        #expect(handler.decide(call("putt", version: 2, expected: 1), rich) == .unknownCommand)
        #expect(handler.decide(call("put", version: 2, expected: 1), rich) == .malformed("field 'coins' is missing"))
    }

    @Test func `SS-15: the last write wins where the type says so`() {
        let handler = AggregateHandler(LastWins.self)
        #expect(handler.decide(call("look", version: 2, expected: 1), rich) == .accepted(events: [], result: ["coins": 5]))
    }

    @Test func `SS-16: a custom policy sees the whole conflict and judges`() {
        let handler = AggregateHandler(Custom.self)
        #expect(
            handler.decide(call("put", ["coins": 1], version: 7, expected: 1), rich)
                == .accepted(events: [event("coins_put", ["coins": 1, "by": "k"])], result: ["id": "p-8"]))
        #expect(handler.decide(call("take", ["coins": 9], version: 7, expected: 3), rich) == .refused(Refusal("stale", "k 7 3")))
        #expect(handler.decide(call("look", version: 7, expected: 3), rich) == .conflict)
        #expect(handler.decide(call("look", version: 7, expected: 7), rich) == .accepted(events: [], result: ["coins": 5]))
    }

    @Test func `fields come from the command's own conformance`() {
        #expect(handler.fields("put") == [CommandField(name: "coins", kind: .integer, isRequired: true)])
        #expect(handler.fields("putt") == nil)
    }
}

@Suite struct `Folding through a handler` {
    private func fold<A: Purse>(_ type: A.Type, _ events: [StoredEvent]) throws -> JSON {
        let handler = AggregateHandler(type)
        var state = handler.initial
        for event in events { try handler.evolve(&state, event) }
        return try handler.encode(state)
    }

    @Test func `AK-01: the state is a fold over the events`() throws {
        let state = try fold(Strict.self, [event("coins_put", ["coins": 5, "by": "a"]), event("taken", ["coins": 2])])
        #expect(state.text == #"{"coins":3,"log":{"a":1}}"#)
    }

    @Test func `AK-15: later fields of an event are ignored by the fold`() throws {
        #expect(try fold(Strict.self, [event("taken", ["coins": -2, "later": true], schema: 9)])["coins"] == 2)
    }

    @Test func `an event of an older schema is upcast first, one of today's is not`() throws {
        let events = [event("put", ["coins": 5]), event("coins_put", ["coins": 1, "by": "a"], schema: 2)]
        #expect(try fold(Upcast.self, events).text == #"{"coins":6,"log":{"a":1,"nobody":1}}"#)
        #expect(throws: EventError.self) { try fold(Upcast.self, [event("put", ["coins": 5], schema: 2)]) }
    }

    @Test func `an event nobody can read is a clear error and leaves the state as it was`() throws {
        let handler = AggregateHandler(Strict.self)
        var state: any Sendable = PurseState(coins: 4)
        let unknown = #expect(throws: EventError.self) { try handler.evolve(&state, event("lost", [:])) }
        #expect(
            unknown?.description
                == "the event 'lost' of 'purse', written under schema 1, cannot be read: purse has no event 'lost'")
        let malformed = #expect(throws: EventError.self) { try handler.evolve(&state, event("taken", ["coins": true])) }
        #expect(
            malformed?.description
                == "the event 'taken' of 'purse', written under schema 1, cannot be read: "
                + "field 'coins' must be an integer, not a boolean"
        )
        #expect(state as? PurseState == PurseState(coins: 4))
    }

    @Test func `ES-06: a state survives its JSON`() throws {
        let handler = AggregateHandler(Strict.self)
        let json: JSON = ["coins": 3, "log": ["a": 1, "b": 2]]
        #expect(try handler.encode(try handler.decode(json)).text == json.text)
        #expect(throws: JSONCodingError.self) { try handler.decode(["coins": 3]) }
    }

    @Test func `folding does not disturb a copy of the state kept elsewhere`() throws {
        let handler = AggregateHandler(Strict.self)
        let kept: any Sendable = PurseState(coins: 1, log: ["a": 1])
        var state = kept
        try handler.evolve(&state, event("coins_put", ["coins": 5, "by": "a"]))
        #expect(kept as? PurseState == PurseState(coins: 1, log: ["a": 1]))
        #expect(state as? PurseState == PurseState(coins: 6, log: ["a": 2]))
    }
}

private enum BadName: Purse { static var type: String { "Purse" } }
private enum BadCommands: Purse { static var commandNames: [String] { ["put", "drop"] } }

@Suite struct `Programming errors stop at once` {
    @Test func `an invalid type name traps`() async {
        await #expect(processExitsWith: .failure) { _ = AggregateHandler(BadName.self) }
    }

    @Test func `a listed command that the type has not traps`() async {
        await #expect(processExitsWith: .failure) { _ = AggregateHandler(BadCommands.self) }
    }
}
