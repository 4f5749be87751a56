public import Kernel

/// A payment card with a limit over all its charges.
public enum Card: Aggregate {
    public static let type = "card"

    public struct State: Codable, Sendable {
        @Nullable public var limit: Int64?
        /// Amounts by charge; refunded ones are gone.
        public var charged: [String: Int64] = [:]
    }

    public enum Command: Codable, Sendable {
        case issue(limit: Int64)
        case charge(amount: Int64)
        case refund(charge: String)
    }

    public enum Event: Codable, Sendable {
        case issued(limit: Int64)
        case charged(charge: String, amount: Int64)
        case refunded(charge: String)
    }

    public static let initial = State()
    public static let commandNames = ["issue", "charge", "refund"]

    public static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .issue(let limit):
            guard state.limit == nil else { throw Refusal("already_issued", "the card is issued") }
            try checkAmount(limit, "limit")
            return .event(.issued(limit: limit))
        case .charge(let amount):
            guard let limit = state.limit else { throw Refusal("not_issued", "the card is not issued") }
            try checkAmount(amount)
            let remaining = limit - state.charged.values.reduce(0, +)
            guard amount <= remaining else { throw Refusal("declined", "only \(remaining) of the limit is left") }
            let charge = "c-\(context.nextVersion)"
            return .event(
                .charged(charge: charge, amount: amount),
                result: ["charge": .string(charge), "remaining": .int(remaining - amount)])
        case .refund(let charge):
            guard state.charged[charge] != nil else { return .nothing() }
            return .event(.refunded(charge: charge))
        }
    }

    public static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .issued(let limit): state.limit = limit
        case .charged(let charge, let amount): state.charged[charge] = amount
        case .refunded(let charge): state.charged[charge] = nil
        }
    }
}
