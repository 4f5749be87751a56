/// Makes UUIDs of version 7 (RFC 9562 section 5.7): time first, so that ids rise and are cheap to store.
public enum UUIDv7 {
    /// `time` gives the leading 48 bits, `random` the rest.
    public static func text(time: Timestamp, random: (UInt64, UInt64)) -> String {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | random.0 & 0x0FFF
        let low = random.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { text in
            var at = 0
            for place in 0..<32 {
                if [8, 12, 16, 20].contains(place) {
                    text[at] = UInt8(ascii: "-")
                    at += 1
                }
                let digit = UInt8(truncatingIfNeeded: (place < 16 ? high : low) >> (60 - 4 * UInt64(place % 16))) & 15
                text[at] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
                at += 1
            }
            return at
        }
    }

    /// The time inside a UUIDv7's text, or nil when the text is not one.
    public static func time(of text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36, bytes[14] == UInt8(ascii: "7") else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = [8, 13, 18, 23].contains(index)
            guard isDash ? byte == UInt8(ascii: "-") : isHex(byte) else { return nil }
        }
        guard "89abAB".utf8.contains(bytes[19]) else { return nil }
        let digits = String(decoding: bytes[0..<8] + bytes[9..<13], as: UTF8.self)
        return Int64(digits, radix: 16).map { Timestamp(milliseconds: $0) }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
