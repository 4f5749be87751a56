public import Kernel

// Spelt out: see `MessageCodable`.
extension Flight.Command: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        switch name {
        case "schedule": self = .schedule(seats: try fields.decode("seats"))
        case "book": self = .book(passenger: try fields.decode("passenger"))
        case "cancel": self = .cancel(booking: try fields.decode("booking"))
        default: return nil
        }
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .schedule(let seats):
            fields.encode(seats, "seats")
            return "schedule"
        case .book(let passenger):
            fields.encode(passenger, "passenger")
            return "book"
        case .cancel(let booking):
            fields.encode(booking, "booking")
            return "cancel"
        }
    }
}

extension Flight.Event: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        switch name {
        case "scheduled": self = .scheduled(seats: try fields.decode("seats"))
        case "booked": self = .booked(booking: try fields.decode("booking"), passenger: try fields.decode("passenger"))
        case "cancelled": self = .cancelled(booking: try fields.decode("booking"))
        default: return nil
        }
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .scheduled(let seats):
            fields.encode(seats, "seats")
            return "scheduled"
        case .booked(let booking, let passenger):
            fields.encode(booking, "booking")
            fields.encode(passenger, "passenger")
            return "booked"
        case .cancelled(let booking):
            fields.encode(booking, "booking")
            return "cancelled"
        }
    }
}
