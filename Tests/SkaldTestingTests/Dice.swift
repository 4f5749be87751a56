import Kernel
import Synchronization

/// Decides by something outside of its state.
enum Dice: Aggregate {
    static let type = "dice"
    static let thrown = Mutex(0)
    struct State: Codable, Sendable { var last = 0 }
    enum Command: Codable, Sendable { case roll }
    enum Event: Codable, Sendable { case rolled(Int) }
    static let initial = State()
    static func decide(_ command: Command, _ state: State, _ context: CommandContext) -> Decision<Event> {
        .event(
            .rolled(
                thrown.withLock {
                    $0 += 1
                    return $0
                }))
    }
    static func evolve(_ state: inout State, _ event: Event) { if case .rolled(let eyes) = event { state.last = eyes } }
}
