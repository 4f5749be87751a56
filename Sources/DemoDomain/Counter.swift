public import Kernel

/// A number that is added to, with a command to make many events and one to see what a bug does.
public enum Counter: Aggregate {
    public static let type = "counter"

    public struct State: Codable, Sendable {
        public var value: Int64 = 0
    }

    public enum Command: Codable, Sendable {
        case add(n: Int64, note: String?)
        case burst(n: Int64)
        case crash
    }

    public enum Event: Codable, Sendable {
        case added(n: Int64, note: String?)
    }

    /// Thrown by `crash`: not a refusal, so the command is answered `handler_failed`.
    public struct Bug: Error {}

    public static let initial = State()
    public static let commandNames = ["add", "burst", "crash"]
    /// Most events one `burst` makes.
    static let burstLimit: Int64 = 1000

    public static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .add(let n, let note):
            let value = try sum(state.value, n)
            return .event(.added(n: n, note: note), result: ["value": .int(value)])
        case .burst(let n):
            guard (1...burstLimit).contains(n) else {
                throw Refusal("invalid_amount", "'n' must be from 1 to \(burstLimit), not \(n)")
            }
            let value = try sum(state.value, n)
            return .events(Array(repeating: .added(n: 1, note: nil), count: Int(n)), result: ["value": .int(value)])
        case .crash: throw Bug()
        }
    }

    public static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .added(let n, _): state.value += n
        }
    }

    private static func sum(_ value: Int64, _ n: Int64) throws(Refusal) -> Int64 {
        let (sum, overflow) = value.addingReportingOverflow(n)
        guard !overflow else { throw Refusal("overflow", "the counter is full") }
        return sum
    }
}
