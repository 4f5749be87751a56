import Kernel

/// An aggregate for tests.
enum Tally: Aggregate {
    struct State: Codable, Sendable { var sum: Int64 = 0 }
    enum Command: Codable, Sendable {
        case add(n: Int64)
        case crash
    }
    enum Event: Codable, Sendable { case added(n: Int64) }
    struct Crash: Error {}

    static let type = "tally"
    static let schema = 2
    static let initial = State()

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .add(let n):
            guard n > 0 else { throw Refusal("not_positive", "only more") }
            return .event(.added(n: n), result: ["sum": .int(state.sum + n)])
        case .crash: throw Crash()
        }
    }

    static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .added(let n): state.sum += n
        }
    }
}
