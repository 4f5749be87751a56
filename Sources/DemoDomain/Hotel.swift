public import Kernel

/// Rooms of one hotel, and who has reserved one.
public enum Hotel: Aggregate {
    public static let type = "hotel"

    public struct State: Codable, Sendable {
        /// All of them, reserved or not.
        public var rooms: Int64 = 0
        /// Guests by reservation.
        public var reserved: [String: String] = [:]
    }

    public enum Command: Codable, Sendable {
        case stock(rooms: Int64)
        case reserve(guest: String, nights: Int64)
        case release(reservation: String)
    }

    public enum Event: Codable, Sendable {
        case stocked(rooms: Int64)
        case reserved(reservation: String, guest: String, nights: Int64)
        case released(reservation: String)
    }

    public static let initial = State()
    public static let commandNames = ["stock", "reserve", "release"]

    public static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
        switch command {
        case .stock(let rooms):
            try checkAmount(rooms, "rooms")
            guard rooms <= .max - state.rooms else { throw Refusal("invalid_amount", "the hotel cannot hold so many rooms") }
            return .event(.stocked(rooms: rooms))
        case .reserve(let guest, let nights):
            try checkAmount(nights, "nights")
            guard state.reserved.count < state.rooms else { throw Refusal("sold_out", "all \(state.rooms) rooms are reserved") }
            let reservation = "r-\(context.nextVersion)"
            return .event(
                .reserved(reservation: reservation, guest: guest, nights: nights), result: ["reservation": .string(reservation)])
        case .release(let reservation):
            guard state.reserved[reservation] != nil else { return .nothing() }
            return .event(.released(reservation: reservation))
        }
    }

    public static func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .stocked(let rooms): state.rooms += rooms
        case .reserved(let reservation, let guest, _): state.reserved[reservation] = guest
        case .released(let reservation): state.reserved[reservation] = nil
        }
    }
}
