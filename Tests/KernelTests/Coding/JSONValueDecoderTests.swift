import Kernel
import Testing

private func decode<T: Decodable>(_ type: T.Type, _ json: JSON) throws -> T { try JSONValueDecoder().decode(type, from: json) }

private func problem<T: Decodable>(_ type: T.Type, _ json: JSON) -> String? {
    do {
        _ = try decode(type, json)
        return nil
    } catch { return (error as? JSONCodingError)?.message ?? "another error: \(error)" }
}

private struct Deposit: Codable, Equatable {
    var amount: Int64
    var note: String?
    var rate: Double?
}

/// Two members whose names look alike.
private struct Twins: Decodable {
    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let composed: Int64
    let decomposed: Int64

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        composed = try fields.decode(Int64.self, forKey: Key(stringValue: "\u{E9}"))
        decomposed = try fields.decode(Int64.self, forKey: Key(stringValue: "e\u{301}"))
    }
}

private enum Currency: String, Codable { case eur, usd }

private enum Method: Codable, Equatable {
    case card(number: Int64)
    case cash
}

private struct Order: Codable, Equatable {
    var items: [Deposit]
    var method: Method
    var currency: Currency
    var totals: [String: Int64]
}

@Suite struct `Decoding values from JSON` {
    @Test func `a dictionary with byte keys is an object, and has a member for each`() throws {
        let json: JSON = ["e\u{301}": 2, "\u{E9}": 1]
        let read = try decode([ByteKey: Int].self, json)
        #expect(read == [ByteKey("\u{E9}"): 1, ByteKey("e\u{301}"): 2])
        #expect(try JSONValueEncoder().encode(read).text == json.text)
        #expect(try decode([ByteKey].self, ["a"]) == [ByteKey("a")] && JSONValueEncoder().encode([ByteKey("a")]) == ["a"])
    }

    @Test func `a member is the one with the same bytes`() throws {
        let twins = try decode(Twins.self, ["\u{E9}": 1, "e\u{301}": 2])
        #expect(twins.composed == 1 && twins.decomposed == 2)
        #expect(problem(Twins.self, ["\u{E9}": 1]) == "field 'e\u{301}' is missing")
    }

    @Test func `fields are found in any order and unknown ones are ignored`() throws {
        let json: JSON = ["later": [1], "rate": 2, "note": "x", "amount": 5]
        #expect(try decode(Deposit.self, json) == Deposit(amount: 5, note: "x", rate: 2.0))
    }

    @Test func `a null and a missing member are both nil for an optional`() throws {
        #expect(try decode(Deposit.self, ["amount": 1, "note": .null]) == Deposit(amount: 1))
        #expect(try decode(Deposit.self, ["amount": 1]) == Deposit(amount: 1))
    }

    @Test func `a missing field is named`() {
        #expect(problem(Deposit.self, ["note": "x"]) == "field 'amount' is missing")
    }

    @Test(
        arguments: [
            ("x", "a string"), (.null, "null"), (true, "a boolean"), ([1], "a list"), (["a": 1], "an object"),
        ] as [(JSON, String)])
    func `a field of the wrong type is named with what was found`(value: JSON, kind: String) {
        #expect(problem(Deposit.self, ["amount": value]) == "field 'amount' must be an integer, not \(kind)")
    }

    @Test func `a fraction is no integer, and a double without one is`() throws {
        #expect(problem(Deposit.self, ["amount": 1.5]) == "field 'amount' must be an integer, not a fraction")
        #expect(try decode(Deposit.self, ["amount": 5.0]) == Deposit(amount: 5))
        #expect(
            problem(Deposit.self, ["amount": 1e19])?.hasPrefix("field 'amount' must be an integer from -9223372036854775808")
                == true)
    }

    @Test func `every integer type checks its range`() throws {
        #expect(try decode(Int8.self, -128) == -128)
        #expect(problem(Int8.self, 128) == "the value must be an integer from -128 to 127")
        #expect(try decode(UInt8.self, 255) == 255)
        #expect(problem(UInt8.self, -1) == "the value must be an integer from 0 to 255")
        #expect(try decode(Int16.self, 32_767) == .max)
        #expect(problem(UInt16.self, 65_536) == "the value must be an integer from 0 to 65535")
        #expect(try decode(Int32.self, -2_147_483_648) == .min)
        #expect(problem(UInt32.self, -1) == "the value must be an integer from 0 to 4294967295")
        #expect(try decode(Int.self, .int(.max)) == .max)
        #expect(try decode(UInt.self, 7) == 7)
        #expect(try decode(UInt64.self, .int(.max)) == 9_223_372_036_854_775_807)
        #expect(problem(UInt64.self, -1) == "the value must be an integer from 0 to 18446744073709551615")
        #expect(try decode(Int128.self, .int(.min)) == Int128(Int64.min))
        #expect(try decode(UInt128.self, 1) == 1)
    }

    @Test func `an integer is accepted where a double is expected`() throws {
        #expect(try decode([Double].self, [1, 2.5]) == [1, 2.5])
        #expect(try decode(Float.self, 3) == 3)
        #expect(problem(Float.self, 1e300) == "the value is beyond a 32-bit number")
        #expect(problem(Double.self, "1") == "the value must be a number, not a string")
    }

    @Test func `errors deep inside name their path`() {
        let good: JSON = ["items": [["amount": 1]], "method": ["cash": [:]], "currency": "eur", "totals": ["a": 1]]
        func with(_ key: String, _ value: JSON) -> JSON {
            guard var object = good.objectValue else { return .null }
            object[key] = value
            return .object(object)
        }
        #expect(problem(Order.self, good) == nil)
        #expect(
            problem(Order.self, with("items", [["amount": 1], ["amount": "x"]]))
                == "field 'items[1].amount' must be an integer, not a string")
        #expect(problem(Order.self, with("items", 1)) == "field 'items' must be a list, not an integer")
        #expect(problem(Order.self, with("method", ["card": [:]])) == "field 'method.card.number' is missing")
        #expect(problem(Order.self, with("method", ["card": 1])) == "field 'method.card' must be an object, not an integer")
        #expect(problem(Order.self, with("totals", ["a": 1, "b": .null])) == "field 'totals.b' must be an integer, not null")
        #expect(problem(Order.self, with("currency", "chf"))?.hasPrefix("field 'currency' is not valid: ") == true)
    }

    @Test func `a value that is no object says so`() {
        #expect(problem(Deposit.self, [1]) == "the value must be an object, not a list")
    }

    @Test func `lists and optionals inside them decode`() throws {
        #expect(try decode([Int64?].self, [1, .null, 3]) == [1, nil, 3])
        #expect(try decode([[String]].self, [["a"], []]) == [["a"], []])
        #expect(try decode(Set<String>.self, ["b", "a"]) == ["a", "b"])
    }

    @Test func `a large dictionary decodes in time that grows with its size`() throws {
        let members = (0..<100_000).map { ("key-\($0)", JSON.int(Int64($0))) }
        let json = JSON.object(JSONObject(uniqueKeysWithValues: members))
        let clock = ContinuousClock()
        var decoded: [String: Int64] = [:]
        let spent = try clock.measure { decoded = try decode([String: Int64].self, json) }
        #expect(decoded.count == 100_000)
        #expect(spent < .seconds(30))
    }
}

private class Base: Codable {
    var a: Int64 = 1
    init() {}
}

private final class Derived: Base {
    var b: Int64 = 2
    private enum Keys: CodingKey { case b }
    override init() { super.init() }
    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        b = try container.decode(Int64.self, forKey: .b)
        try super.init(from: container.superDecoder())
    }
    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(b, forKey: .b)
        try super.encode(to: container.superEncoder())
    }
}

/// Three numbers as a nested list, read and written by hand.
private struct Triple: Codable, Equatable {
    var values: [Int64]
    private enum Keys: CodingKey { case values }
    init(_ values: [Int64]) { self.values = values }
    init(from decoder: any Decoder) throws {
        var list = try decoder.container(keyedBy: Keys.self).nestedUnkeyedContainer(forKey: .values)
        values = []
        while !list.isAtEnd {
            var inner = try list.nestedUnkeyedContainer()
            values.append(try inner.decode(Int64.self))
        }
        _ = try? list.decode(Int64.self)
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var list = container.nestedUnkeyedContainer(forKey: .values)
        for value in values {
            var inner = list.nestedUnkeyedContainer()
            try inner.encode(value)
        }
    }
}

@Suite struct `Hand-written conformances` {
    @Test func `a class and its superclass pass through their super coders`() throws {
        let derived = Derived()
        derived.a = 7
        let json = try JSONValueEncoder().encode(derived)
        #expect(json.text == #"{"b":2,"super":{"a":7}}"#)
        #expect(try decode(Derived.self, json).a == 7)
    }

    @Test func `nested containers keep their place`() throws {
        let json = try JSONValueEncoder().encode(Triple([1, 2, 3]))
        #expect(json.text == #"{"values":[[1],[2],[3]]}"#)
        #expect(try decode(Triple.self, json) == Triple([1, 2, 3]))
        #expect(problem(Triple.self, ["values": [[1], ["x"]]]) == "field 'values[1][0]' must be an integer, not a string")
    }
}
