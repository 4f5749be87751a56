public import Kernel

/// Money of one owner: what may be spent, and what is held for a purpose.
public enum Account: Aggregate {
    public static let type = "account"

    public struct State: Codable, Sendable {
        @Nullable public var owner: String?
        /// What may be spent: holds are already taken off.
        public var balance: Int64 = 0
        public var open = false
        /// Amounts by hold.
        public var holds: [ByteKey: Int64] = [:]
    }

    public enum Command: Codable, Sendable {
        case open(owner: String)
        case deposit(amount: Int64)
        case withdraw(amount: Int64)
        case hold(hold: String, amount: Int64)
        case capture(hold: String)
        case release(hold: String)
        case close
    }

    public enum Event: Codable, Sendable {
        case opened(owner: String)
        case deposited(amount: Int64)
        case withdrawn(amount: Int64)
        case held(hold: String, amount: Int64)
        case captured(hold: String)
        case released(hold: String)
        case closed
    }

    public static let initial = State()
    public static let commandNames = ["open", "deposit", "withdraw", "hold", "capture", "release", "close"]

    public static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .open(let owner):
            guard !state.open else { throw Refusal("already_open", "the account is open") }
            return .event(.opened(owner: owner))
        case .deposit(let amount):
            try checkOpen(state)
            try checkAmount(amount)
            try checkRoom(for: amount, state)
            return .event(.deposited(amount: amount), result: balance(state.balance + amount))
        case .withdraw(let amount):
            try checkOpen(state)
            try checkAmount(amount)
            try checkFunds(amount, state)
            return .event(.withdrawn(amount: amount), result: balance(state.balance - amount))
        case .hold(let hold, let amount):
            try checkOpen(state)
            try checkAmount(amount)
            try checkFunds(amount, state)
            guard state.holds[ByteKey(hold)] == nil else { throw Refusal("hold_exists", "the hold '\(hold)' exists") }
            return .event(.held(hold: hold, amount: amount), result: balance(state.balance - amount))
        case .capture(let hold):
            guard state.holds[ByteKey(hold)] != nil else { throw Refusal("unknown_hold", "there is no hold '\(hold)'") }
            return .event(.captured(hold: hold), result: balance(state.balance))
        case .release(let hold):
            guard let amount = state.holds[ByteKey(hold)] else { return .nothing(result: balance(state.balance)) }
            return .event(.released(hold: hold), result: balance(state.balance + amount))
        case .close:
            try checkOpen(state)
            guard state.balance == 0, state.holds.isEmpty else { throw Refusal("not_empty", "the account is not empty") }
            return .event(.closed)
        }
    }

    public static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .opened(let owner):
            state.owner = owner
            state.open = true
        case .deposited(let amount): state.balance += amount
        case .withdrawn(let amount): state.balance -= amount
        case .held(let hold, let amount):
            state.holds[ByteKey(hold)] = amount
            state.balance -= amount
        case .captured(let hold): state.holds[ByteKey(hold)] = nil
        case .released(let hold): state.balance += state.holds.removeValue(forKey: ByteKey(hold)) ?? 0
        case .closed: state.open = false
        }
    }

    private static func balance(_ value: Int64) -> JSON { ["balance": .int(value)] }

    private static func checkOpen(_ state: State) throws(Refusal) {
        guard state.open else { throw Refusal("not_open", "the account is not open") }
    }

    private static func checkFunds(_ amount: Int64, _ state: State) throws(Refusal) {
        guard amount <= state.balance else { throw Refusal("insufficient_funds", "only \(state.balance) may be spent") }
    }

    /// Holds count too: releasing them all must not overflow either.
    private static func checkRoom(for amount: Int64, _ state: State) throws(Refusal) {
        let total = state.holds.values.reduce(state.balance, +)
        guard !total.addingReportingOverflow(amount).overflow else { throw Refusal("overflow", "the account is full") }
    }
}
