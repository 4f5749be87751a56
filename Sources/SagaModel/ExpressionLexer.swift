import Kernel

/// Cuts the text of an expression into tokens; knows nothing of what they mean.
struct ExpressionLexer {
    enum Token: Equatable {
        case name(String)
        case literal(JSON)
        case symbol(String)
        /// An integer that fits only behind a minus: 9223372036854775808.
        case leastMagnitude
        case end
    }

    let bytes: [UInt8]
    /// Where the next token is looked for.
    var offset: Int

    private static let pairs = ["==", "!=", "<=", ">=", "&&", "||", "??"]

    /// The next token and where it starts.
    mutating func next() throws(ExpressionSyntaxError) -> (Token, Int) {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
        let start = offset
        guard offset < bytes.count else { return (.end, start) }
        switch bytes[offset] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            return (name(), start)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return (try number(), start)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return (.literal(.string(try string())), start)
        default: return (try symbol(), start)
        }
    }

    private mutating func name() -> Token {
        let start = offset
        while offset < bytes.count, ExpressionLexer.isNamePart(bytes[offset]) { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        switch text {
        case "true": return .literal(true)
        case "false": return .literal(false)
        case "null": return .literal(.null)
        default: return .name(text)
        }
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private mutating func number() throws(ExpressionSyntaxError) -> Token {
        let start = offset
        skipDigits()
        if offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "."), ExpressionLexer.isDigit(bytes[offset + 1]) {
            offset += 1
            skipDigits()
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
            skipDigits()
        }
        let text = bytes[start..<offset]
        if offset < bytes.count, ExpressionLexer.isNamePart(bytes[offset]) { throw failure(start, "a number runs into a name") }
        if text.elementsEqual("9223372036854775808".utf8) { return .leastMagnitude }
        do { return .literal(try JSON.parse(text)) } catch { throw failure(start, error.message) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private mutating func skipDigits() { while offset < bytes.count, ExpressionLexer.isDigit(bytes[offset]) { offset += 1 } }

    private mutating func string() throws(ExpressionSyntaxError) -> String {
        let start = offset
        let quote = bytes[start]
        offset += 1
        var buffer: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == quote { return String(decoding: buffer, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") { try escape(into: &buffer) } else { buffer.append(byte) }
        }
        throw failure(start, "the text that begins here does not end")
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(ExpressionSyntaxError) {
        let known: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "\\"): 0x5C,
            UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22,
        ]
        let start = offset - 1
        guard offset < bytes.count, let byte = known[bytes[offset]] else {
            throw failure(start, "unknown escape; there are \\n, \\r, \\t, \\\\, \\' and \\\"")
        }
        offset += 1
        buffer.append(byte)
    }

    private mutating func symbol() throws(ExpressionSyntaxError) -> Token {
        let start = offset
        if offset + 1 < bytes.count {
            let pair = String(decoding: bytes[offset...offset + 1], as: UTF8.self)
            if ExpressionLexer.pairs.contains(pair) {
                offset += 2
                return .symbol(pair)
            }
        }
        // No scalar has more than four bytes.
        let character = String(decoding: bytes[start...].prefix(4), as: UTF8.self).unicodeScalars.first.map(String.init) ?? ""
        switch character {
        case "=": throw failure(start, "'=' compares nothing; write '=='")
        case "&", "|": throw failure(start, "write '\(character)\(character)'")
        case "+", "-", "*", "/", "%", "<", ">", "!", "?", ":", ".", ",", "(", ")", "[", "]", "}":
            offset += 1
            return .symbol(character)
        default: throw failure(start, "'\(character)' has no meaning in an expression")
        }
    }

    private func failure(_ offset: Int, _ message: String) -> ExpressionSyntaxError {
        ExpressionSyntaxError(offset: offset, message: message)
    }
}
