/// Makes UUIDs of version 7 (RFC 9562 section 5.7): time first, so that ids rise and are cheap to store.
public enum UUIDv7 {
    /// `time` gives the leading 48 bits, `random` the rest.
    public static func text(time: Timestamp, random: (UInt64, UInt64)) -> String {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | random.0 & 0x0FFF
        let low = random.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let hex = pad(high) + pad(low)
        let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return cuts.map { String(decoding: hex[$0], as: UTF8.self) }.joined(separator: "-")
    }

    /// The time inside a UUIDv7's text, or nil when the text is not one.
    public static func time(of text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36, bytes[14] == UInt8(ascii: "7"), [8, 13, 18, 23].allSatisfy({ bytes[$0] == UInt8(ascii: "-") })
        else { return nil }
        let hex = bytes.filter { $0 != UInt8(ascii: "-") }
        guard hex.count == 32, UInt64(String(decoding: hex[16..<32], as: UTF8.self), radix: 16) != nil,
            let high = UInt64(String(decoding: hex[0..<16], as: UTF8.self), radix: 16)
        else { return nil }
        return Timestamp(milliseconds: Int64(high >> 16))
    }

    private static func pad(_ value: UInt64) -> [UInt8] {
        let digits = Array(String(value, radix: 16).utf8)
        return Array(repeating: UInt8(ascii: "0"), count: 16 - digits.count) + digits
    }
}
