import Kernel
import Testing

@Suite struct `JSON text in pieces` {
    @Test func `pieces give the text that the value has`() throws {
        var text = JSONText()
        text.raw(#"{"name":"#)
        text.append("a \"b\"\n")
        text.raw(#","numbers":["#)
        for (index, number) in [0, -1, 10, Int64.min, .max].enumerated() {
            if index > 0 { text.raw(",") }
            text.append(number)
        }
        text.raw(#"],"flag":"#)
        text.append(true)
        text.raw(#","rest":"#)
        text.append(["x": [1.5, .null, ["y": false]]] as JSON)
        text.raw("}")
        let value: JSON = [
            "name": "a \"b\"\n", "numbers": [0, -1, 10, .int(.min), .int(.max)], "flag": true,
            "rest": ["x": [1.5, .null, ["y": false]]],
        ]
        #expect(try JSON.parse(text.bytes) == value)
        #expect(String(decoding: text.bytes, as: UTF8.self) == value.text)
    }

    @Test(arguments: [1, 3, 64]) func `it grows with what is written, whatever room it began with`(capacity: Int) {
        var text = JSONText(capacity: capacity)
        let long = String(repeating: "é\u{1}", count: 1_000)
        text.append(long)
        text.append(7 as Int64)
        #expect(text.bytes == Array("\"\(String(repeating: "é\\u0001", count: 1_000))\"7".utf8))
        #expect(JSONText(capacity: capacity).bytes.isEmpty)
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
