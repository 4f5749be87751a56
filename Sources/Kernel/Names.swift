/// The shapes of names, checked in one place (PROTOCOL section 1).
public enum Names {
    /// Aggregate types, commands, events and actions: `[a-z][a-z0-9_.-]{0,62}`.
    public static func isName(_ text: String) -> Bool {
        matches(text, first: isLower, rest: { isLower($0) || isDigit($0) || isMark($0) }, limit: 63)
    }

    /// Saga names: `[a-z][a-z0-9-]{0,62}`.
    public static func isSagaName(_ text: String) -> Bool {
        matches(text, first: isLower, rest: { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }, limit: 63)
    }

    /// Step names: `[a-z][a-z0-9_]{0,62}`.
    public static func isStepName(_ text: String) -> Bool {
        matches(text, first: isLower, rest: { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") }, limit: 63)
    }

    /// Saga ids: `[A-Za-z0-9._-]{1,64}`.
    public static func isSagaID(_ text: String) -> Bool {
        let allowed = { (byte: UInt8) in isLower(byte | 0x20) || isDigit(byte) || isMark(byte) }
        return matches(text, first: allowed, rest: allowed, limit: 64)
    }

    /// Aggregate keys: 1…255 bytes without control characters.
    public static func isKey(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard (1...255).contains(bytes.count) else { return false }
        return bytes.withUnsafeBytes(isWithoutControls)
    }

    /// Control characters are C0, DEL and C1; UTF-8 writes the last as C2 80 to C2 9F.
    private static func isWithoutControls(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var (offset, previous): (Int, UInt8) = (0, 0)
        while offset < bytes.count {
            if offset + 8 <= bytes.count {
                // Eight bytes from 20 to 7E: taking 20 and adding 1 both leave their high bits alone.
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                if (word | (word &- ones &* 0x20) | (word &+ ones)) & (ones &* 0x80) == 0 {
                    (offset, previous) = (offset + 8, 0)
                    continue
                }
            }
            let byte = bytes[offset]
            if byte < 0x20 || byte == 0x7F || previous == 0xC2 && byte < 0xA0 { return false }
            (offset, previous) = (offset + 1, byte)
        }
        return true
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func matches(_ text: String, first: (UInt8) -> Bool, rest: (UInt8) -> Bool, limit: Int) -> Bool {
        let bytes = text.utf8.span
        guard (1...limit).contains(bytes.count), first(bytes[0]) else { return false }
        return bytes.indices.allSatisfy { $0 == 0 || rest(bytes[unchecked: $0]) }
    }
}
