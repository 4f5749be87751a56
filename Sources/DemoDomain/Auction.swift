public import Kernel

/// One thing sold to the highest bidder.
public enum Auction: Aggregate {
    public static let type = "auction"

    public struct Bid: Codable, Sendable {
        public var bidder: String
        public var amount: Int64
    }

    public struct State: Codable, Sendable {
        /// The least that is accepted; null until the auction is opened.
        @Nullable public var reserve: Int64?
        public var open = false
        @Nullable public var high: Bid?
        /// Each once, in the order of their first bids.
        public var bidders: [String] = []
    }

    public enum Command: Codable, Sendable {
        case open(reserve: Int64)
        case bid(bidder: String, amount: Int64)
        case complete
    }

    public enum Event: Codable, Sendable {
        case opened(reserve: Int64)
        case bidPlaced(bidder: String, amount: Int64)
        /// Both are left out when nobody bid.
        case completed(winner: String?, amount: Int64?)
    }

    public static let initial = State()
    public static let commandNames = ["open", "bid", "complete"]

    public static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .open(let reserve):
            guard state.reserve == nil else { throw Refusal("already_open", "the auction was opened already") }
            try checkAmount(reserve, "reserve")
            return .event(.opened(reserve: reserve))
        case .bid(let bidder, let amount):
            let reserve = try checkOpen(state)
            try checkAmount(amount)
            let least = state.high.map { "more than \($0.amount)" } ?? "at least \(reserve)"
            guard amount >= reserve, amount > state.high?.amount ?? 0 else { throw Refusal("too_low", "bid \(least)") }
            return .event(.bidPlaced(bidder: bidder, amount: amount), result: ["outbid": .optional(state.high?.bidder)])
        case .complete:
            _ = try checkOpen(state)
            let winner = state.high?.bidder
            let losers = state.bidders.filter { !winner.hasBytes(of: $0) }
            return .event(
                .completed(winner: winner, amount: state.high?.amount),
                result: [
                    "winner": .optional(winner), "amount": .optional(state.high?.amount),
                    "losers": .array(losers.map { .string($0) }),
                ])
        }
    }

    public static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .opened(let reserve):
            state.reserve = reserve
            state.open = true
        case .bidPlaced(let bidder, let amount):
            state.high = Bid(bidder: bidder, amount: amount)
            if !state.bidders.contains(bytesOf: bidder) { state.bidders.append(bidder) }
        case .completed: state.open = false
        }
    }

    private static func checkOpen(_ state: State) throws(Refusal) -> Int64 {
        guard state.open, let reserve = state.reserve else { throw Refusal("not_open", "the auction is not open") }
        return reserve
    }
}
