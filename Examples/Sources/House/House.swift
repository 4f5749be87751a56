import Skald

enum Lamp: Aggregate {
    static let type = "lamp"
    static let initial = State()
    struct State: Codable, Sendable { var isOn = false }
    enum Command: Codable, Sendable { case turn(on: Bool) }
    enum Event: Codable, Sendable { case turned(on: Bool) }
    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .turn(let on): on == state.isOn ? .nothing() : .event(.turned(on: on))
        }
    }
    static func evolve(_ state: inout State, _ event: Event) { if case .turned(let on) = event { state.isOn = on } }
}

@main struct House: SkaldServer { static let aggregates = [AggregateHandler(Lamp.self)] }
