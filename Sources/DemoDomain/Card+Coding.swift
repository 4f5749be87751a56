public import Kernel

// Spelt out: see `MessageCodable`.
extension Card.Command: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        switch name {
        case "issue": self = .issue(limit: try fields.decode("limit"))
        case "charge": self = .charge(amount: try fields.decode("amount"))
        case "refund": self = .refund(charge: try fields.decode("charge"))
        default: return nil
        }
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .issue(let limit):
            fields.encode(limit, "limit")
            return "issue"
        case .charge(let amount):
            fields.encode(amount, "amount")
            return "charge"
        case .refund(let charge):
            fields.encode(charge, "charge")
            return "refund"
        }
    }
}

extension Card.Event: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        switch name {
        case "issued": self = .issued(limit: try fields.decode("limit"))
        case "charged": self = .charged(charge: try fields.decode("charge"), amount: try fields.decode("amount"))
        case "refunded": self = .refunded(charge: try fields.decode("charge"))
        default: return nil
        }
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .issued(let limit):
            fields.encode(limit, "limit")
            return "issued"
        case .charged(let charge, let amount):
            fields.encode(charge, "charge")
            fields.encode(amount, "amount")
            return "charged"
        case .refunded(let charge):
            fields.encode(charge, "charge")
            return "refunded"
        }
    }
}
