import Kernel
import Testing

private func failure(_ text: String) -> JSONError? { failure(Array(text.utf8)) }

private func failure(_ bytes: [UInt8]) -> JSONError? {
    do {
        _ = try JSON.parse(bytes)
        return nil
    } catch { return error }
}

@Suite struct `Reading JSON` {
    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("-7", -7), ("1.0", 1.0), ("1e2", 100.0),
            ("1E+2", 100.0), ("-1.5e-1", -0.15), ("\"\"", ""), ("[]", []), ("{}", [:]), (" \t\r\n[ 1 , 2 ] ", [1, 2]),
            (#"{"a":{"b":[null]}}"#, ["a": ["b": [.null]]]), (#""é😀""#, "é😀"),
        ] as [(String, JSON)])
    func `values are read as written`(text: String, value: JSON) throws {
        #expect(try JSON.parse(text) == value)
    }

    @Test func `integers and doubles are told apart by how they are written`() throws {
        #expect(try JSON.parse("1") != JSON.parse("1.0"))
        #expect(try JSON.parse("-0.0").text == "-0.0")
    }

    @Test func `integers are exact to the last of 64 bits`() throws {
        #expect(try JSON.parse("9223372036854775807") == .int(.max))
        #expect(try JSON.parse("-9223372036854775808") == .int(.min))
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999999", "18446744073709551616"] {
            #expect(failure(text) == JSONError(offset: 0, message: "an integer beyond 64 bits"), "\(text)")
        }
    }

    @Test func `members keep their order`() throws {
        #expect(try JSON.parse(#"{"b":1,"a":2,"c":3}"#).objectValue?.keys == ["b", "a", "c"])
    }

    @Test func `escapes are read, surrogate pairs too`() throws {
        #expect(try JSON.parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00\uFFFF""#) == "\"\\/\u{8}\u{C}\n\r\tAé😀\u{FFFF}")
    }

    @Test(
        arguments: [
            (#""\ud83d""#, 1), (#""\ud83dx""#, 1), (#""\ud83d\n""#, 1), (#""\ud83d\u0041""#, 1), (#""\ude00""#, 1),
            (#""ab\ud83d\ud83d""#, 3),
        ])
    func `half a surrogate pair is refused`(text: String, offset: Int) {
        #expect(failure(text) == JSONError(offset: offset, message: "half a surrogate pair"))
    }

    @Test(
        arguments: [
            ("", 0, "a value is missing"), ("  ", 2, "a value is missing"), ("[1,", 3, "a value is missing"),
            ("nul", 0, "not a JSON value"), ("True", 0, "not a JSON value"), ("-", 0, "not a JSON value"),
            ("[1,]", 3, "not a JSON value"), ("+1", 0, "not a JSON value"), (".5", 0, "not a JSON value"),
            ("'a'", 0, "not a JSON value"), ("NaN", 0, "not a JSON value"),
            ("01", 0, "a leading zero"), ("[-01]", 1, "a leading zero"),
            ("1.", 2, "digits must follow '.'"), ("1.e5", 2, "digits must follow '.'"),
            ("1e", 2, "digits must follow the exponent mark"), ("1e+", 3, "digits must follow the exponent mark"),
            ("1e400", 0, "a number beyond a double"),
            ("1 2", 2, "unexpected text after the value"), ("{}}", 2, "unexpected text after the value"),
            ("[1 2]", 3, "',' or ']' is missing"), ("[1", 2, "',' or ']' is missing"),
            (#"{"a":1 "b":2}"#, 7, "',' or '}' is missing"), (#"{"a":1"#, 6, "',' or '}' is missing"),
            (#"{"a" 1}"#, 5, "':' is missing after 'a'"), ("{1:2}", 1, "a member name is missing"),
            (#"{"a":1,}"#, 7, "a member name is missing"), ("{", 1, "a member name is missing"),
            (#""abc"#, 4, "the string does not end"), (#""ab\"#, 4, "the string does not end"),
            (#""ab\n"#, 5, "the string does not end"),
            (#""\x""#, 2, "unknown escape"), (#""\u12g4""#, 5, "four hexadecimal digits must follow \\u"),
            (#""\u12"#, 5, "four hexadecimal digits must follow \\u"),
            ("\"a\nb\"", 2, "a control character must be escaped"), ("\"\\n\u{1}\"", 3, "a control character must be escaped"),
        ])
    func `what is not JSON is refused with its place`(text: String, offset: Int, message: String) {
        #expect(failure(text) == JSONError(offset: offset, message: message))
    }

    @Test func `strings of every length end where they end, whatever stands behind them`() throws {
        for length in 0...20 {
            let plain = String(repeating: "a", count: length)
            for special in ["", "é", "\\", "😀"] {
                for place in 0...length {
                    let text = String(plain.prefix(place)) + special + String(plain.dropFirst(place))
                    let written = JSON.array([.string(text), "é", .string(plain)])
                    #expect(try JSON.parse(written.bytes) == written)
                }
            }
            for place in 0..<max(1, length) {
                let bad = Array("[\"\(plain.prefix(place))".utf8) + [0xFF] + Array("\(plain)\",1]".utf8)
                #expect(throws: JSONError(offset: 2, message: "the string is not UTF-8")) { try JSON.parse(bad) }
            }
        }
    }

    @Test func `text that is not UTF-8 is refused`() {
        for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
            #expect(failure([0x22] + bad + [0x22]) == JSONError(offset: 1, message: "the string is not UTF-8"))
            #expect(failure([0x22, 0x5C, 0x6E] + bad + [0x22]) == JSONError(offset: 1, message: "the string is not UTF-8"))
        }
    }

    @Test func `what a server wrote is read 128 levels deep`() throws {
        let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(try JSON.parse(deep, maximumDepth: JSON.storedDepth).text == deep)
        #expect(throws: JSONError(offset: 128, message: "nested deeper than 128 levels")) {
            try JSON.parse("[" + deep + "]", maximumDepth: JSON.storedDepth)
        }
    }

    @Test func `keys are told apart by their bytes, few or many`() throws {
        for filler in [0, 30] {
            let rest = (0..<filler).map { ",\"k\($0)\":0" }.joined()
            let object = try #require(try JSON.parse("{\"\u{E9}\":1,\"e\u{301}\":2\(rest)}").objectValue)
            #expect(object["\u{E9}"] == 1)
            #expect(object["e\u{301}"] == 2)
            #expect(failure("{\"\u{E9}\":1\(rest),\"\u{E9}\":2}")?.message == "the key '\u{E9}' is repeated")
        }
        #expect(try JSON.parse("{\"\u{E9}\":1}") != JSON.parse("{\"e\u{301}\":1}"))
    }

    @Test func `64 levels are read and a 65th is refused where it opens`() throws {
        func nest(_ open: String, _ close: String, _ count: Int, _ core: String) -> String {
            String(repeating: open, count: count) + core + String(repeating: close, count: count)
        }
        #expect(failure(nest("[", "]", 64, "1")) == nil)
        #expect(failure(nest("[", "]", 65, "")) == JSONError(offset: 64, message: "nested deeper than 64 levels"))
        #expect(failure(nest(#"{"a":"#, "}", 64, "1")) == nil)
        #expect(failure(nest(#"{"a":"#, "}", 65, "1")) == JSONError(offset: 320, message: "nested deeper than 64 levels"))
        #expect(failure(String(repeating: "[", count: 1_000_000)) != nil)
    }

    @Test(arguments: [1, 2, 15, 16, 17, 18, 40])
    func `a repeated key is refused, however many members there are`(count: Int) {
        let members = (0..<count).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(failure("{\(members)}") == nil)
        for repeated in [0, count / 2, count - 1] {
            let error = JSONError(offset: members.utf8.count + 2, message: "the key 'k\(repeated)' is repeated")
            #expect(failure(#"{\#(members),"k\#(repeated)":0}"#) == error)
        }
    }

    @Test func `the same key may stand in different objects, and escapes do not hide a repeated one`() {
        #expect(failure(#"[{"a":{"a":1}},{"a":2}]"#) == nil)
        #expect(failure(#"{"a":1,"\u0061":2}"#) == JSONError(offset: 7, message: "the key 'a' is repeated"))
    }
}

@Suite struct `Writing JSON` {
    @Test func `text is compact and members keep their order`() {
        let json: JSON = ["b": [1, 2.5, .null, true], "a": ["x": "y"], "e": [], "o": [:]]
        #expect(json.text == #"{"b":[1,2.5,null,true],"a":{"x":"y"},"e":[],"o":{}}"#)
    }

    @Test func `only what must be escaped is`() {
        #expect(JSON.string("\"\\/\n\r\t\u{0}\u{1F}\u{7F}é😀").text == #""\"\\/\n\r\t\u0000\u001f"# + "\u{7F}é😀\"")
    }

    @Test func `doubles stay doubles, and what is not finite is null`() throws {
        #expect(JSON.double(5).text == "5.0")
        #expect(JSON.double(.nan).text == "null")
        for value in [1e300, .leastNonzeroMagnitude, -0.0, 0.1, 1e16, 123_456_789.125, .greatestFiniteMagnitude] as [Double] {
            #expect(try JSON.parse(JSON.double(value).text) == .double(value))
        }
    }

    @Test func `ES-06: equal values have equal canonical bytes`() throws {
        let left = try JSON.parse(#"{"b":{"z":1,"y":[{"q":1,"p":2}]},"a":2,"é":3,"Z":4}"#)
        let right = try JSON.parse(#"{"Z":4,"é":3,"a":2,"b":{"y":[{"p":2,"q":1}],"z":1}}"#)
        #expect(left == right)
        #expect(left.canonicalBytes == right.canonicalBytes)
        #expect(String(decoding: left.canonicalBytes, as: UTF8.self) == #"{"Z":4,"a":2,"b":{"y":[{"p":2,"q":1}],"z":1},"é":3}"#)
    }

    @Test func `what is written is read back the same`() throws {
        var numbers: UInt64 = 11
        for _ in 0..<300 {
            let json = Generator.value(&numbers, depth: 0)
            #expect(try JSON.parse(json.bytes).text == json.text)
            #expect(try JSON.parse(json.canonicalBytes) == json)
        }
    }
}

/// Values that look random and are the same each time.
private enum Generator {
    static func value(_ state: inout UInt64, depth: Int) -> JSON {
        switch next(&state, depth > 4 ? 5 : 7) {
        case 0: return .null
        case 1: return .bool(next(&state, 2) == 0)
        case 2: return .int(Int64(bitPattern: state))
        case 3:
            let double = Double(bitPattern: state)
            return .double(double.isFinite ? double : 0.5)
        case 4: return .string(text(&state))
        case 5: return .array((0..<next(&state, 5)).map { _ in value(&state, depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<next(&state, 20) { object[text(&state)] = value(&state, depth: depth + 1) }
            return .object(object)
        }
    }

    private static func text(_ state: inout UInt64) -> String {
        let scalars: [Unicode.Scalar] = ["a", "b", "\"", "\\", "\n", "\u{1}", "é", "😀", "\u{2028}", "/"]
        var view = String.UnicodeScalarView()
        for _ in 0..<next(&state, 9) { view.append(scalars[next(&state, scalars.count)]) }
        return String(view)
    }

    private static func next(_ state: inout UInt64, _ below: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(below))
    }
}
