/// Strings and numbers, the leaves of `JSONParser`.
extension JSONParser {
    mutating func string() throws(JSONError) -> String {
        let start = offset + 1
        let (end, isASCII) = plain(from: start)
        guard end < bytes.count else { throw JSONError(offset: end, message: "the string does not end") }
        guard bytes[end] == UInt8(ascii: "\"") else { return try escapedString(from: start) }
        offset = end + 1
        let slice = UnsafeBufferPointer(rebasing: bytes[start..<end])
        // ASCII needs no validation, which costs more than all the rest.
        return isASCII ? String(decoding: slice, as: UTF8.self) : try text(slice, at: start)
    }

    /// Where bytes that stand for themselves end, and whether all of them are ASCII.
    private func plain(from start: Int) -> (end: Int, isASCII: Bool) {
        let raw = UnsafeRawBufferPointer(bytes)
        var end = start
        var bits: UInt64 = 0
        while end + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: end, as: UInt64.self))
            let marks = JSONEscape.marks(word)
            guard marks == 0 else {
                let before = marks.trailingZeroBitCount / 8
                bits |= word & (1 << UInt64(8 * before) &- 1)
                return (end + before, bits & JSONEscape.highBits == 0)
            }
            bits |= word
            end += 8
        }
        while end < bytes.count, JSONEscape.growth(bytes[end]) == 0 {
            bits |= UInt64(bytes[end])
            end += 1
        }
        return (end, bits & JSONEscape.highBits == 0)
    }

    private func text(_ slice: some Collection<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONError(offset: start, message: "the string is not UTF-8")
        }
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var buffer: [UInt8] = []
        offset = start
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(buffer, at: start)
            case UInt8(ascii: "\\"): try escape(into: &buffer)
            case 0..<0x20: throw JSONError(offset: offset - 1, message: "a control character must be escaped")
            default: buffer.append(byte)
            }
        }
        throw JSONError(offset: offset, message: "the string does not end")
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
        guard offset < bytes.count else { throw JSONError(offset: offset, message: "the string does not end") }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): buffer.append(contentsOf: UTF8.encode(try scalar())!)
        default: throw JSONError(offset: offset - 1, message: "unknown escape")
        }
    }

    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let start = offset - 2
        let half = JSONError(offset: start, message: "half a surrogate pair")
        let first = try hex4()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        else { throw half }
        offset += 2
        let second = try hex4()
        guard (0xDC00...0xDFFF).contains(second) else { throw half }
        guard let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) else { throw half }
        return scalar
    }

    private mutating func hex4() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard offset < bytes.count, let digit = JSONParser.hexDigit(bytes[offset]) else {
                throw JSONError(offset: offset, message: "four hexadecimal digits must follow \\u")
            }
            value = value << 4 | digit
            offset += 1
        }
        return value
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte & 0x0F)
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte & 0x0F) + 9
        default: nil
        }
    }

    /// A number as RFC 8259 writes it: an integer without fraction or exponent, else a double.
    mutating func number() throws(JSONError) -> JSON {
        let start = offset
        if peek == UInt8(ascii: "-") { offset += 1 }
        let first = offset
        let digits = skipDigits()
        guard digits > 0 else { throw JSONError(offset: start, message: "not a JSON value") }
        guard digits == 1 || bytes[first] != UInt8(ascii: "0") else { throw JSONError(offset: start, message: "a leading zero") }
        if try skipFractionAndExponent() { return .double(try double(from: start)) }
        return .int(try integer(from: start, digitsAt: first))
    }

    /// Whether there was one.
    private mutating func skipFractionAndExponent() throws(JSONError) -> Bool {
        let start = offset
        if peek == UInt8(ascii: ".") {
            offset += 1
            guard skipDigits() > 0 else { throw JSONError(offset: offset, message: "digits must follow '.'") }
        }
        if let mark = peek, mark | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() > 0 else { throw JSONError(offset: offset, message: "digits must follow the exponent mark") }
        }
        return offset > start
    }

    private func double(from start: Int) throws(JSONError) -> Double {
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONError(offset: start, message: "a number beyond a double")
        }
        return value
    }

    /// Counts downwards from zero: the negative range is the larger one.
    private func integer(from start: Int, digitsAt first: Int) throws(JSONError) -> Int64 {
        var value: Int64 = 0
        for index in first..<offset {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, underflow) = shifted.subtractingReportingOverflow(Int64(bytes[index] & 0x0F))
            guard !overflow, !underflow else { throw JSONError(offset: start, message: "an integer beyond 64 bits") }
            value = next
        }
        if first > start { return value }
        guard value != .min else { throw JSONError(offset: start, message: "an integer beyond 64 bits") }
        return -value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        return offset - start
    }
}
