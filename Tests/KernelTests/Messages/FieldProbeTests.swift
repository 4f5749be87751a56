import Testing

@testable import Kernel

private enum Currency: String, Codable { case eur, usd }
private enum Colour: Int, Codable, CaseIterable {
    case red = 7
    case blue = 9
}
private enum Only: String, Codable { case one }
private struct Money: Codable {
    var cents: Int64
    var currency: Currency
}

/// Text that must look like an address.
private struct Address: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard try container.decode(String.self).hasPrefix("http://") else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no address")
        }
    }
    func encode(to encoder: any Encoder) throws { try "http://x/".encode(to: encoder) }
}

/// Accepts nothing a probe can offer.
private struct Secret: Codable {
    init(from decoder: any Decoder) throws {
        guard try decoder.singleValueContainer().decode(String.self) == "sesame" else { throw CancellationError() }
    }
    func encode(to encoder: any Encoder) throws { try "sesame".encode(to: encoder) }
}

private enum Command: Codable {
    case plain(text: String, count: Int64, small: UInt8, ratio: Double, flag: Bool)
    case optional(text: String?, count: Int?, money: Money?, currency: Currency?)
    case nested(money: Money, list: [Int64], map: [String: Int64], any: JSON)
    case raw(currency: Currency, colour: Colour, only: Only, after: Bool)
    case picky(address: Address, after: Int64)
    case closed(before: String, secret: Secret, after: Int64)
    case noneAtAll
}

private enum Manual: Decodable {
    case add(Int64)
    private enum Cases: CodingKey { case add }
    private enum Fields: CodingKey { case n, note }
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Cases.self).nestedContainer(keyedBy: Fields.self, forKey: .add)
        if fields.contains(.note) { _ = try fields.decode(String.self, forKey: .note) }
        self = .add(try fields.decode(Int64.self, forKey: .n))
    }
}

private func fields(_ name: String) -> [String]? { describe(FieldProbe.fields(of: Command.self, name: name)) }
private func describe(_ fields: [CommandField]?) -> [String]? {
    fields?.map { "\($0.name): \($0.kind)\($0.isRequired ? "" : "?")" }
}

@Suite struct `Finding the fields of a command` {
    @Test func `each kind of value is told by its type`() {
        #expect(fields("plain") == ["text: string", "count: integer", "small: integer", "ratio: number", "flag: boolean"])
    }

    @Test func `optional fields are not required and keep their kind`() {
        #expect(fields("optional") == ["text: string?", "count: integer?", "money: any?", "currency: string?"])
    }

    @Test func `objects, lists and free values are of any kind`() {
        #expect(fields("nested") == ["money: any", "list: any", "map: any", "any: any"])
    }

    @Test func `enums with raw values are seen through`() {
        #expect(fields("raw") == ["currency: string", "colour: integer", "only: string", "after: boolean"])
    }

    @Test func `types that check their value are offered several`() {
        #expect(fields("picky") == ["address: string", "after: integer"])
    }

    @Test func `a type that takes no dummy ends the list`() {
        #expect(fields("closed") == ["before: string", "secret: string"])
    }

    @Test func `a command without fields has none, and an unknown command is told apart`() {
        #expect(fields("none_at_all") == [])
        #expect(fields("noneAtAll") == nil)
        #expect(fields("nothing") == nil)
    }

    @Test func `a conformance by hand is probed too`() {
        #expect(describe(FieldProbe.fields(of: Manual.self, name: "add")) == ["note: string?", "n: integer"])
    }
}
