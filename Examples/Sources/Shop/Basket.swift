import Skald

/// A shopping basket: what is in it, until it is ordered.
enum Basket: Aggregate {
    static let type = "basket"

    struct State: Codable, Sendable {
        var items: [String: Int64] = [:]
        var isOrdered = false
    }

    enum Command: Codable, Sendable {
        case put(item: String, count: Int64)
        case order
    }

    enum Event: Codable, Sendable {
        case put(item: String, count: Int64)
        case ordered
    }

    static let initial = State()
    static let commandNames = ["put", "order"]

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        guard !state.isOrdered else { throw Refusal("already_ordered", "this basket was ordered; start another one") }
        switch command {
        case .put(let item, let count):
            guard (1...99).contains(count) else { throw Refusal("invalid_count", "put 1 to 99 of an item, not \(count)") }
            return .event(.put(item: item, count: count), result: ["items": .int(Int64(state.items.count))])
        case .order:
            guard !state.items.isEmpty else { throw Refusal("empty", "put something in first") }
            return .event(.ordered)
        }
    }

    static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .put(let item, let count): state.items[item, default: 0] += count
        case .ordered: state.isOrdered = true
        }
    }
}
