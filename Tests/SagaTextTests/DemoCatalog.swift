import Kernel
import SagaModel

/// The aggregates of the demo domain by their commands' fields, and one type that a worker decides for.
struct DemoCatalog: AggregateCatalog {
    private static let commands: [(type: String, command: String, fields: [CommandField])] = [
        ("account", "open", [field("owner")]),
        ("account", "deposit", [field("amount", .integer)]),
        ("account", "withdraw", [field("amount", .integer)]),
        ("account", "hold", [field("hold"), field("amount", .integer)]),
        ("account", "release", [field("hold")]),
        ("auction", "bid", [field("bidder"), field("amount", .integer)]),
        ("hotel", "reserve", [field("guest"), field("nights", .integer)]),
        ("hotel", "release", [field("reservation")]),
        ("flight", "book", [field("passenger")]),
        ("flight", "cancel", [field("booking")]),
        ("card", "charge", [field("amount", .integer)]),
        ("card", "refund", [field("charge")]),
        ("counter", "add", [field("n", .integer), field("note", .string, isRequired: false)]),
        ("acme.ledger", "post.entry", [field("lines", .any)]),
    ]

    private static func field(_ name: String, _ kind: CommandField.Kind = .string, isRequired: Bool = true) -> CommandField {
        CommandField(name: name, kind: kind, isRequired: isRequired)
    }

    var aggregateTypes: [String] { ["account", "auction", "hotel", "flight", "card", "counter", "acme.ledger", "warehouse"] }

    func commandNames(of type: String) -> [String] { Self.commands.filter { $0.type == type }.map(\.command) }

    func find(_ command: String, of type: String) -> CommandFinding {
        guard type != "warehouse" else { return .unknownType }
        guard aggregateTypes.contains(type) else { return .unknownType }
        return Self.commands.first { $0.type == type && $0.command == command }.map { .fields($0.fields) } ?? .unknownCommand
    }

    func isRemote(_ type: String) -> Bool { type == "warehouse" }
}
