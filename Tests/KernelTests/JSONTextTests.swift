import Kernel
import Testing

@Suite struct `JSON text in pieces` {
    @Test func `pieces give the text that the value has`() throws {
        let bytes = JSONText.bytes { text in
            text.raw(#"{"name":"#)
            text.append("a \"b\"\n")
            text.raw(#","numbers":["#)
            for (index, number) in [0, -1, 10, Int64.min, .max].enumerated() {
                if index > 0 { text.raw(",") }
                text.append(number)
            }
            text.raw(#"],"flag":"#)
            text.append(true)
            text.raw(#","parts":"#)
            text.append("card", ".", "re\"fund")
            text.raw(#","rest":"#)
            text.append(["x": [1.5, .null, ["y": false]]] as JSON)
            text.raw("}")
        }
        let value: JSON = [
            "name": "a \"b\"\n", "numbers": [0, -1, 10, .int(.min), .int(.max)], "flag": true,
            "parts": "card.re\"fund", "rest": ["x": [1.5, .null, ["y": false]]],
        ]
        #expect(try JSON.parse(bytes) == value)
        #expect(String(decoding: bytes, as: UTF8.self) == value.text)
    }

    @Test(arguments: [0, 1, 3, 250, 255, 256, 257, 1_000]) func `it grows with what is written`(count: Int) {
        let long = String(repeating: "é\u{1}", count: count)
        let plain = String(repeating: "ab", count: count)
        let bytes = JSONText.bytes { text in
            for piece in [long, plain, "", plain, long] { text.append(piece) }
            text.append(7 as Int64)
        }
        let escaped = String(repeating: "é\\u0001", count: count)
        #expect(bytes == Array("\"\(escaped)\"\"\(plain)\"\"\"\"\(plain)\"\"\(escaped)\"7".utf8))
        #expect(JSONText.bytes { _ in }.isEmpty)
    }

    @Test func `what has to be written otherwise is found wherever it stands`() throws {
        for length in 1...20 {
            for place in 0..<length {
                for byte in ["\"", "\\", "\u{0}", "\n", "\u{1F}"] {
                    let text = String(repeating: "é", count: place) + byte + String(repeating: " ", count: length - place - 1)
                    let written = JSON.string(text).bytes
                    #expect(try JSON.parse(written) == .string(text))
                    #expect(!written.contains { $0 < 0x20 })
                }
            }
        }
    }
}
