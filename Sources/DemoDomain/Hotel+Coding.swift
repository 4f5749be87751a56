public import Kernel

// Spelt out: see `MessageCodable`.
extension Hotel.Command: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        switch name {
        case "stock": self = .stock(rooms: try fields.decode("rooms"))
        case "reserve": self = .reserve(guest: try fields.decode("guest"), nights: try fields.decode("nights"))
        case "release": self = .release(reservation: try fields.decode("reservation"))
        default: return nil
        }
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .stock(let rooms):
            fields.encode(rooms, "rooms")
            return "stock"
        case .reserve(let guest, let nights):
            fields.encode(guest, "guest")
            fields.encode(nights, "nights")
            return "reserve"
        case .release(let reservation):
            fields.encode(reservation, "reservation")
            return "release"
        }
    }
}

extension Hotel.Event: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        switch name {
        case "stocked": self = .stocked(rooms: try fields.decode("rooms"))
        case "reserved":
            self = .reserved(
                reservation: try fields.decode("reservation"), guest: try fields.decode("guest"),
                nights: try fields.decode("nights"))
        case "released": self = .released(reservation: try fields.decode("reservation"))
        default: return nil
        }
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .stocked(let rooms):
            fields.encode(rooms, "rooms")
            return "stocked"
        case .reserved(let reservation, let guest, let nights):
            fields.encode(reservation, "reservation")
            fields.encode(guest, "guest")
            fields.encode(nights, "nights")
            return "reserved"
        case .released(let reservation):
            fields.encode(reservation, "reservation")
            return "released"
        }
    }
}
