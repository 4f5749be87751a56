/// The bytes of a string that JSON writes otherwise.
enum JSONEscape {
    private static let hexDigits: StaticString = "0123456789abcdef"

    /// Whether every byte stands for itself. Eight at a time: a byte below 0x20 borrows from its high bit, and so does one
    /// that is zero after an exclusive or with the quote or the backslash.
    static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        var offset = 0
        while offset + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let low = (word &- ones &* 0x20) & ~word
            if (low | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & (ones &* 0x80) != 0 { return false }
            offset += 8
        }
        while offset < raw.count {
            if growth(raw[offset]) > 0 { return false }
            offset += 1
        }
        return true
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Bytes that writing this one takes beyond the one it is.
    static func growth(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0A, 0x0D, 0x09: 1
        case 0..<0x20: 5
        default: 0
        }
    }

    static func write(_ byte: UInt8, _ put: (UInt8) -> Void) {
        if growth(byte) > 0 { put(UInt8(ascii: "\\")) }
        switch byte {
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0D: put(UInt8(ascii: "r"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0..<0x20:
            for character in "u00".utf8 { put(character) }
            put(hexDigits.utf8Start[Int(byte >> 4)])
            put(hexDigits.utf8Start[Int(byte & 15)])
        default: put(byte)
        }
    }
}
