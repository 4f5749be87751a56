import Skald

/// One item of the shop: how many are left, and how many are set aside for which basket.
enum Shelf: Aggregate {
    static let type = "shelf"

    struct State: Codable, Sendable {
        var left: Int64 = 0
        var setAside: [String: Int64] = [:]
    }

    enum Command: Codable, Sendable {
        case fill(count: Int64)
        case setAside(basket: String, count: Int64)
        case putBack(basket: String)
    }

    enum Event: Codable, Sendable {
        case filled(count: Int64)
        case setAside(basket: String, count: Int64)
        case putBack(basket: String)
    }

    static let initial = State()
    static let commandNames = ["fill", "set_aside", "put_back"]

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .fill(let count):
            guard (1...1_000).contains(count) else { throw Refusal("invalid_count", "fill in 1 to 1000, not \(count)") }
            return .event(.filled(count: count))
        case .setAside(let basket, let count):
            guard (1...99).contains(count) else { throw Refusal("invalid_count", "set 1 to 99 aside, not \(count)") }
            guard state.setAside[basket] == nil else { throw Refusal("already_set_aside", "there is one for \(basket)") }
            guard count <= state.left else { throw Refusal("sold_out", "only \(state.left) are left") }
            return .event(.setAside(basket: basket, count: count))
        case .putBack(let basket):
            // Nothing to put back is no error: the undo of a saga may come twice, or after somebody else.
            return state.setAside[basket] == nil ? .nothing() : .event(.putBack(basket: basket))
        }
    }

    static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .filled(let count): state.left += count
        case .setAside(let basket, let count):
            state.left -= count
            state.setAside[basket] = count
        case .putBack(let basket): state.left += state.setAside.removeValue(forKey: basket) ?? 0
        }
    }
}
