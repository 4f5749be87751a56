import DemoDomain
import Kernel
import SkaldTesting
import Testing

private func difference(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch { return (error as? Difference)?.description ?? "another error: \(error)" }
}

/// Writes a state that it cannot read back.
private enum Leaky: Aggregate {
    static let type = "leaky"
    struct State: Codable, Sendable {
        var value: Int64 = 0
        private enum CodingKeys: CodingKey { case value }
        init() {}
        init(from decoder: any Decoder) throws {}
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(value, forKey: .value)
        }
    }
    enum Command: Codable, Sendable { case drip }
    enum Event: Codable, Sendable { case dripped }
    static let initial = State()
    static func decide(_ command: Command, _ state: State, _ context: CommandContext) -> Decision<Event> { .event(.dripped) }
    static func evolve(_ state: inout State, _ event: Event) { state.value += 1 }
}

@Suite struct `Given, when, then` {
    let open = given(Account.self, [.opened(owner: "ann"), .deposited(amount: 7)])

    @Test func `an example that holds is silent and can be asked more`() throws {
        try open.when(.deposit(amount: 5))
            .then([.deposited(amount: 5)], result: ["balance": 12])
            .thenState(["open": true, "owner": "ann", "balance": 12, "holds": [:]])
        try open.when(.release(hold: "h")).thenNothing(result: ["balance": 7])
        try open.when(.open(owner: "bob")).thenRefused("already_open")
        try open.when(.close, expected: 1).then(outcome: .conflict)
        try open.when("deposit", ["amount": "5"])
            .then(outcome: .malformed("field 'amount' must be an integer, not a string"))
    }

    @Test func `other events are a difference that shows both`() {
        let text = difference { try open.when(.deposit(amount: 5)).then([.withdrawn(amount: 5)]) }
        #expect(
            text == """
                account.deposit: not the events expected
                  expected: withdrawn {"amount":5}
                  actual:   deposited {"amount":5}
                """)
    }

    @Test func `events that only look alike are a difference`() throws {
        let opening = try given(Account.self).when(.open(owner: "Andr\u{E9}"))
        try opening.then([.opened(owner: "Andr\u{E9}")])
        #expect(difference { try opening.then([.opened(owner: "Andre\u{301}")]) } != nil)
    }

    @Test func `events where none were expected, or none where some were, are a difference`() {
        #expect(difference { try open.when(.deposit(amount: 5)).thenNothing() }?.contains("expected: nothing") == true)
        let none = difference { try open.when(.release(hold: "h")).then([.released(hold: "h")]) }
        #expect(none?.contains("actual:   nothing") == true)
    }

    @Test func `another result, state, refusal or outcome is a difference`() {
        let deposit = Account.Command.deposit(amount: 5)
        #expect(difference { try open.when(deposit).then([.deposited(amount: 5)], result: ["balance": 5]) } != nil)
        #expect(difference { try open.when(deposit).thenState(["balance": 12]) } != nil)
        #expect(difference { try open.when(deposit).thenRefused("not_open") } != nil)
        #expect(difference { try open.when(.open(owner: "b")).thenRefused("not_open") } != nil)
        #expect(difference { try open.when(deposit).then(outcome: .conflict) } != nil)
        let refused = difference { try open.when(.open(owner: "b")).then([]) }
        #expect(refused?.hasSuffix("actual:   refused: already_open (the account is open)") == true)
    }

    @Test func `a state that does not survive its JSON is a difference`() {
        let text = difference { try given(Leaky.self).when(.drip).then([.dripped]) }
        #expect(text?.hasPrefix("leaky.drip: the state is not the same after its JSON form") == true)
    }

    @Test func `the key and the version reach the decision`() throws {
        let stocked = given(Hotel.self, [.stocked(rooms: 1)], key: "paris")
        try stocked.when(.reserve(guest: "ann", nights: 1), expected: 1)
            .then([.reserved(reservation: "r-2", guest: "ann", nights: 1)], result: ["reservation": "r-2"])
    }
}
