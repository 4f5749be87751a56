/// The two spellings of a message's name: `bidPlaced` in Swift, `bid_placed` on the wire.
enum MessageName {
    /// An upper-case letter becomes `_` and its lower-case form; nil when that makes no name.
    static func wire(_ caseName: String) -> String? {
        if Names.isName(caseName) { return caseName }
        var bytes: [UInt8] = []
        for byte in caseName.utf8 {
            if isUpper(byte) { bytes.append(UInt8(ascii: "_")) }
            bytes.append(isUpper(byte) ? byte | 0x20 : byte)
        }
        let name = String(decoding: bytes, as: UTF8.self)
        return Names.isName(name) ? name : nil
    }

    /// The way back; nil for a name that no case has on the wire.
    static func caseName(_ wire: String) -> String? {
        guard !wire.utf8.contains(where: isUpper) else { return nil }
        guard wire.utf8.contains(UInt8(ascii: "_")) else { return wire }
        var bytes: [UInt8] = []
        var afterUnderscore = false
        for byte in wire.utf8 {
            if afterUnderscore, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) {
                bytes[bytes.count - 1] = byte & 0xDF
            } else {
                bytes.append(byte)
            }
            afterUnderscore = byte == UInt8(ascii: "_")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The coding key of the case that is called `wire` out there. A case may also be written with underscores in Swift.
    static func key<Key: CodingKey>(_ wire: String, _ type: Key.Type) -> Key? {
        guard let name = caseName(wire) else { return nil }
        return Key(stringValue: name) ?? (name == wire ? nil : Key(stringValue: wire))
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
}
