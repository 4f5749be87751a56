/// How text is written as a word of a header line: `!`…`~` as they are, except `%` and `=`; every other byte as `%XX`.
enum Word {
    /// `-` alone is none, so a text that is just `-` becomes `%2D`. An empty text has no word; who parses it refuses it.
    static func encode(_ text: String) -> String {
        var output: [UInt8] = []
        write(text, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    static func write(_ text: String, to output: inout [UInt8]) {
        if text == "-" {
            output.append(contentsOf: "%2D".utf8)
            return
        }
        if text.utf8.allSatisfy(isPlain) {
            output.append(contentsOf: text.utf8)
            return
        }
        for byte in text.utf8 {
            if isPlain(byte) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(hexDigit(byte >> 4))
                output.append(hexDigit(byte & 15))
            }
        }
    }

    /// The text behind `bytes`, which hold a percent sign.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var offset = 0
        while offset < bytes.count {
            if bytes[offset] != UInt8(ascii: "%") {
                decoded.append(bytes[offset])
                offset += 1
                continue
            }
            guard offset + 2 < bytes.count, let high = hexValue(bytes[offset + 1]), let low = hexValue(bytes[offset + 2])
            else { throw .malformed("a '%' in the header is not followed by two hexadecimal digits; write '%' itself as %25") }
            decoded.append(high << 4 | low)
            offset += 3
        }
        guard !decoded.containsControl else { throw .malformed("a word of the header holds a control character") }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .malformed("a word of the header is not UTF-8") }
        return text
    }

    /// Whether `byte` may stand as it is.
    static func isPlain(_ byte: UInt8) -> Bool {
        isPrintable(byte) && byte != UInt8(ascii: "%") && byte != UInt8(ascii: "=")
    }

    static func isPrintable(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    /// How many of eight bytes, as they lie in memory, are plain before the first that is not.
    static func plainBytes(in word: UInt64) -> Int {
        let word = UInt64(littleEndian: word)
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        /// Bytes below `limit` get their highest bit, and so may some behind the first of them.
        func below(_ limit: UInt64, _ word: UInt64) -> UInt64 { (word &- ones &* limit) & ~word & highs }
        func equal(_ byte: UInt8) -> UInt64 { below(1, word ^ (ones &* UInt64(byte))) }
        let special = below(0x21, word) | equal(0x7F) | word & highs | equal(UInt8(ascii: "%")) | equal(UInt8(ascii: "="))
        return special.trailingZeroBitCount / 8
    }

    /// The number that `text` writes in decimal digits and nothing else.
    static func number(_ text: String) -> UInt64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 - 10 + value }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

extension Sequence<UInt8> {
    /// Whether UTF-8 bytes hold a control character: C0, DEL, or C1 (which UTF-8 writes C2 80…C2 9F).
    var containsControl: Bool {
        var previous: UInt8 = 0
        for byte in self {
            if byte < 0x20 || byte == 0x7F || previous == 0xC2 && (0x80...0x9F).contains(byte) { return true }
            previous = byte
        }
        return false
    }
}
