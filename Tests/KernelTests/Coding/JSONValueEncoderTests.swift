import Kernel
import Testing

private func text(_ value: some Encodable) throws -> String { try JSONValueEncoder().encode(value).text }

private func problem(_ value: some Encodable) -> String? {
    do {
        _ = try JSONValueEncoder().encode(value)
        return nil
    } catch { return (error as? JSONCodingError)?.message ?? "another error: \(error)" }
}

private struct Account: Codable, Equatable {
    var owner: String?
    var balance: Int64 = 0
    var holds: [String: Int64] = [:]
}

private struct Auction: Codable {
    @Nullable var winner: String?
    var tags: Set<String> = []
}

private struct Ratio: Encodable { var values: [Double] }
private struct Big: Encodable { var id: UInt64 }
private struct Point: Codable, Hashable { var x: Int }

@Suite struct `Encoding values as JSON` {
    @Test func `members stand in the order of the coding keys and nil is left out`() throws {
        #expect(try text(Account(owner: "a", balance: 5)) == #"{"owner":"a","balance":5,"holds":{}}"#)
        #expect(try text(Account()) == #"{"balance":0,"holds":{}}"#)
    }

    @Test func `AK-02: members of a dictionary are sorted by the bytes of their keys`() throws {
        let keys = ["b", "a", "é", "Z", "r-10", "r-2", "", "😀", "\u{FFFD}"]
        let holds = Dictionary(uniqueKeysWithValues: keys.map { ($0, Int64(1)) })
        let written = try JSONValueEncoder().encode(Account(holds: holds))["holds"]?.objectValue?.keys
        #expect(written == ["", "Z", "a", "b", "r-10", "r-2", "é", "\u{FFFD}", "😀"])
    }

    @Test func `AK-02: sets and dictionaries with other keys are sorted too`() throws {
        #expect(try text(Set(["c", "a", "b"])) == #"["a","b","c"]"#)
        let grid = [Point(x: 2): "b", Point(x: 1): "a", Point(x: 3): "c"]
        #expect(try text(grid) == #"[{"x":1},"a",{"x":2},"b",{"x":3},"c"]"#)
        #expect(try text([2: "b", 1: "a", 10: "c"]) == #"{"1":"a","10":"c","2":"b"}"#)
    }

    @Test func `a nullable is written as null and read back`() throws {
        #expect(try text(Auction(winner: nil)) == #"{"winner":null,"tags":[]}"#)
        #expect(try text(Auction(winner: "a")) == #"{"winner":"a","tags":[]}"#)
        let back = try JSONValueDecoder().decode(Auction.self, from: ["winner": .null, "tags": []])
        #expect(back.winner == nil)
    }

    @Test func `what JSON cannot hold is an error that names the field`() {
        #expect(problem(Ratio(values: [1, .nan])) == "field 'values[1]' is not a finite number")
        #expect(problem(Ratio(values: [.infinity])) == "field 'values[0]' is not a finite number")
        #expect(problem(Big(id: .max)) == "field 'id' is an integer beyond 64 bits")
        #expect(problem(Big(id: 1 << 62)) == nil)
    }

    @Test func `scalars keep their kind`() throws {
        #expect(try text([Int8(1)]) == "[1]")
        #expect(try text([Float(0.5)]) == "[0.5]")
        #expect(try text([true, nil]) == "[true,null]")
        #expect(try text(2.0) == "2.0")
    }

    @Test(
        arguments: [
            .null, true, 1, 1.0, -0.0, 1e300, "x", [], [:], [1, [.null, ["a": [1.0]]]], ["b": 1, "a": [:]],
        ] as [JSON])
    func `a JSON value passes through the coders unchanged`(json: JSON) throws {
        let encoded = try JSONValueEncoder().encode(json)
        #expect(encoded.text == json.text)
        #expect(try JSONValueDecoder().decode(JSON.self, from: json).text == json.text)
        let boxed = try JSONValueDecoder().decode([String: JSON].self, from: ["v": json])
        #expect(boxed["v"]?.text == json.text)
        #expect(try JSONValueEncoder().encode(boxed).text == #"{"v":\#(json.text)}"#)
    }

    @Test func `a large dictionary encodes in time that grows with its size`() throws {
        let holds = Dictionary(uniqueKeysWithValues: (0..<100_000).map { ("key-\($0)", Int64($0)) })
        let clock = ContinuousClock()
        var encoded = JSON.null
        let spent = try clock.measure { encoded = try JSONValueEncoder().encode(holds) }
        #expect(encoded.objectValue?.count == 100_000)
        #expect(spent < .seconds(30))
    }
}
