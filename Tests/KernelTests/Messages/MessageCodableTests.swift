import Kernel
import Testing

private enum Order: Codable, Sendable, Equatable {
    case place(item: String, count: Int64, gift: Bool, note: String?, price: Double, tags: [String]?)
    case cancel
}

extension Order: MessageCodable {
    init?(name: String, fields: FieldReader) throws {
        switch name {
        case "place":
            self = .place(
                item: try fields.decode("item"), count: try fields.decode("count"), gift: try fields.decode("gift"),
                note: try fields.decodeIfPresent("note"), price: try fields.decode("price"),
                tags: try fields.decodeIfPresent("tags"))
        case "cancel": self = .cancel
        default: return nil
        }
    }

    func encode(to fields: inout FieldWriter) throws -> String {
        switch self {
        case .place(let item, let count, let gift, let note, let price, let tags):
            fields.encode(item, "item")
            fields.encode(count, "count")
            fields.encode(gift, "gift")
            fields.encodeIfPresent(note, "note")
            try fields.encode(price, "price")
            try fields.encodeIfPresent(tags, "tags")
            return "place"
        case .cancel: return "cancel"
        }
    }
}

/// An aggregate that answers with the name it was called by.
private enum Shop: Aggregate {
    static let type = "shop"
    struct State: Codable, Sendable { var count: Int64 = 0 }
    typealias Command = Order
    typealias Event = Order
    static let initial = State()

    static func decide(_ command: Order, _ state: State, _ context: CommandContext) throws -> Decision<Order> { .event(command) }

    static func evolve(_ state: inout State, _ event: Order) {
        if case .place(_, let count, _, _, _, _) = event { state.count += count }
    }
}

@Suite struct MessageCodableTests {
    private let handler = AggregateHandler(Shop.self)

    private func decide(_ name: String, _ body: JSON) -> CommandOutcome {
        handler.decide(CommandCall(name: name, body: body, key: "k", version: 0, expected: nil), handler.initial)
    }

    @Test(arguments: [
        Order.place(item: "tea", count: 3, gift: true, note: "é\"", price: 1.5, tags: ["a", "b"]),
        Order.place(item: "", count: -1, gift: false, note: nil, price: 0, tags: nil), Order.cancel,
    ])
    fileprivate func `what is spelt out is what the compiler would have written`(_ order: Order) throws {
        let (name, body) = try MessageCoder.encode(order)
        guard case .accepted(let events, _) = decide(name, body) else { Issue.record("\(decide(name, body))"); return }
        #expect(events.map(\.name) == [name])
        #expect(events.map { $0.body.text } == [body.text])
        #expect(try MessageCoder.decode(Order.self, name: name, body: events[0].body) == order)
    }

    @Test func `a field that does not fit is named`() {
        let whole: JSON = ["item": "tea", "count": 1, "gift": false, "price": 2]
        var object = whole.objectValue ?? JSONObject()
        #expect(decide("place", whole) != .malformed(""))
        object["count"] = "one"
        #expect(decide("place", .object(object)) == .malformed("field 'count' must be an integer, not a string"))
        object["count"] = nil
        #expect(decide("place", .object(object)) == .malformed("field 'count' is missing"))
        object["count"] = 1
        object["tags"] = ["a", 5]
        #expect(decide("place", .object(object)) == .malformed("field 'tags[1]' must be a string, not an integer"))
        object["tags"] = nil
        object["note"] = .null
        guard case .accepted = decide("place", .object(object)) else { Issue.record("null is nothing"); return }
        #expect(decide("sell", whole) == .unknownCommand)
    }
}
