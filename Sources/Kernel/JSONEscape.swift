/// The bytes of a string that JSON writes otherwise.
enum JSONEscape {
    private static let hexDigits: StaticString = "0123456789abcdef"

    /// Copies bytes that stand for themselves, eight at a time; false at the first of another kind, with some of them copied.
    @inline(__always)
    static func copyPlain(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
        guard source.count >= 8 else { return copyFew(source, to: target) }
        // What is left over is the end of the last eight, some of them once more.
        let last = source.count - 8
        var offset = 0
        while true {
            let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard marks(word) == 0 else { return false }
            target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
            if offset == last { return true }
            offset = min(offset + 8, last)
        }
    }

    /// Up to seven: two halves that overlap, or else one by one.
    @inline(__always)
    private static func copyFew(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
        if source.count >= 4 {
            let first = source.loadUnaligned(as: UInt32.self)
            let second = source.loadUnaligned(fromByteOffset: source.count - 4, as: UInt32.self)
            guard marks(UInt64(first) << 32 | UInt64(second)) == 0 else { return false }
            target.storeBytes(of: first, as: UInt32.self)
            target.storeBytes(of: second, toByteOffset: source.count - 4, as: UInt32.self)
            return true
        }
        for offset in 0..<source.count {
            if growth(source[offset]) > 0 { return false }
            target.storeBytes(of: source[offset], toByteOffset: offset, as: UInt8.self)
        }
        return true
    }

    /// The high bit of the lowest byte that does not stand for itself, and perhaps others above it; 0 when all do. Such a byte is
    /// below 0x20, or zero after an exclusive or with the quote or the backslash, and borrows from its high bit.
    @inline(__always)
    static func marks(_ word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let low = (word &- ones &* 0x20) & ~word
        return (low | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & highBits
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    static let highBits: UInt64 = 0x8080_8080_8080_8080

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
