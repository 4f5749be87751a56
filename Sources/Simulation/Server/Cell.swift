import Kernel

/// The simulator's aggregate, as a user would write it; `CellCommand` says what it does.
enum Cell: Aggregate {
    static let type = "cell"

    struct State: Codable, Sendable {
        var value: Int64 = 0
    }

    enum Command: Codable, Sendable {
        case add(n: Int64)
        case take(n: Int64)
        case split(n: Int64)
        case touch
        case refuse
        case `break`
    }

    enum Event: Codable, Sendable {
        case added(n: Int64)
        case taken(n: Int64)
    }

    struct Bug: Error {}

    static let initial = State()
    static let commandNames = ["add", "take", "split", "touch", "refuse", "break"]
    /// Small, so that snapshots are written and read all the time.
    static let snapshotInterval = 7

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .add(let n): return .event(.added(n: n), result: try result(state.value + n))
        case .take(let n): return .event(.taken(n: n), result: try result(state.value - n))
        case .split(let n):
            return .events(Array(repeating: .added(n: 1), count: Int(n)), result: try result(state.value + n))
        case .touch: return .nothing(result: try result(state.value))
        case .refuse: throw Refusal("no", "this cell always says no")
        case .break: throw Bug()
        }
    }

    static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .added(let n): state.value += n
        case .taken(let n): state.value -= n
        }
    }

    private static func result(_ value: Int64) throws(Refusal) -> JSON {
        guard value >= 0 else { throw Refusal("empty", "the cell holds too little") }
        guard value <= CellCommand.capacity else { throw Refusal("full", "the cell holds too much") }
        return ["value": .int(value)]
    }
}
