extension JSON {
    /// The compact text, members in their own order. A double that is not finite has no JSON form and is written as null.
    public var bytes: [UInt8] {
        // Measured, then written: one allocation of the right size, and no question of room for each byte.
        let size = JSONSize.of(self)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var writer = JSONWriter(buffer)
            writer.write(self)
            count = writer.count
        }
    }

    /// The compact text as a string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The compact text with members sorted by the bytes of their keys: equal values give equal bytes.
    public var canonicalBytes: [UInt8] { canonical.bytes }

    private var canonical: JSON {
        switch self {
        case .array(let elements): return .array(elements.map(\.canonical))
        case .object(let object):
            return .object(JSONObject(uniqueKeysWithValues: object.sortedByKey.members.map { ($0.key, $0.value.canonical) }))
        default: return self
        }
    }
}

/// Fills memory that was measured before; writing past it is a programming error and traps.
private struct JSONWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func write(_ json: JSON) {
        switch json {
        case .null: copy("null")
        case .bool(let value): copy(value ? "true" : "false")
        case .int(let value): write(value)
        case .double(let value): if value.isFinite { copy(value.description) } else { copy("null") }
        case .string(let value): write(value)
        case .array(let elements):
            put(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { put(UInt8(ascii: ",")) }
                write(element)
            }
            put(UInt8(ascii: "]"))
        case .object(let object):
            put(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { put(UInt8(ascii: ",")) }
                write(member.key)
                put(UInt8(ascii: ":"))
                write(member.value)
            }
            put(UInt8(ascii: "}"))
        }
    }

    private mutating func write(_ text: String) {
        var text = text
        put(UInt8(ascii: "\""))
        text.withUTF8 { bytes in
            if JSONEscape.isPlain(bytes) {
                copy(bytes)
            } else {
                for byte in bytes { JSONEscape.write(byte) { put($0) } }
            }
        }
        put(UInt8(ascii: "\""))
    }

    /// Decimal digits, the last one first.
    private mutating func write(_ value: Int64) {
        if value < 0 { put(UInt8(ascii: "-")) }
        let start = count
        count += JSONSize.digits(value.magnitude)
        precondition(count <= buffer.count, "a text outgrew its size")
        var rest = value.magnitude
        for place in stride(from: count - 1, through: start, by: -1) {
            buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    private mutating func copy(_ text: String) {
        var text = text
        text.withUTF8 { copy($0) }
    }

    private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, let start = buffer.baseAddress else { return }
        precondition(count + bytes.count <= buffer.count, "a text outgrew its size")
        (start + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    private mutating func put(_ byte: UInt8) {
        precondition(count < buffer.count, "a text outgrew its size")
        buffer[count] = byte
        count += 1
    }
}
