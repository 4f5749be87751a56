import Kernel

/// An aggregate with a bug: what its event says it cannot read.
enum OneWay: Aggregate {
    static let type = "one_way"

    struct State: Codable, Sendable {}

    enum Command: Codable, Sendable { case go }

    enum Event: Codable, Sendable { case gone(at: Place) }

    struct Place: Codable, Sendable {
        init() {}
        init(from decoder: any Decoder) throws { throw Refusal("lost", "no place can be read") }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode("somewhere")
        }
    }

    static let initial = State()
    static let commandNames = ["go"]

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        .event(.gone(at: Place()))
    }

    static func evolve(_ state: inout State, _ event: Event) {}
}
