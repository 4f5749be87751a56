public import Kernel

/// Seats of one flight, and who has booked one.
public enum Flight: Aggregate {
    public static let type = "flight"

    public struct State: Codable, Sendable {
        /// All of them, booked or not.
        public var seats: Int64 = 0
        /// Passengers by booking.
        public var booked: [String: String] = [:]
    }

    public enum Command: Codable, Sendable {
        case schedule(seats: Int64)
        case book(passenger: String)
        case cancel(booking: String)
    }

    public enum Event: Codable, Sendable {
        case scheduled(seats: Int64)
        case booked(booking: String, passenger: String)
        case cancelled(booking: String)
    }

    public static let initial = State()
    public static let commandNames = ["schedule", "book", "cancel"]

    public static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .schedule(let seats):
            try checkAmount(seats, "seats")
            return .event(.scheduled(seats: seats))
        case .book(let passenger):
            guard state.booked.count < state.seats else { throw Refusal("full", "all \(state.seats) seats are booked") }
            let booking = "b-\(context.nextVersion)"
            return .event(.booked(booking: booking, passenger: passenger), result: ["booking": .string(booking)])
        case .cancel(let booking):
            guard state.booked[booking] != nil else { return .nothing() }
            return .event(.cancelled(booking: booking))
        }
    }

    /// Scheduling again replaces the number of seats: another aeroplane flies.
    public static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .scheduled(let seats): state.seats = seats
        case .booked(let booking, let passenger): state.booked[booking] = passenger
        case .cancelled(let booking): state.booked[booking] = nil
        }
    }
}
