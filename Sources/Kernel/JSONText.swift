/// JSON text put together piece by piece, by those who know its shape and need no tree for it.
///
///     let bytes = JSONText.bytes { text in
///         text.raw(#"{"step":"#)
///         text.append(name)
///         text.raw("}")
///     }
///
/// Memory of its own instead of an array: a piece costs little more than its copy.
public struct JSONText: ~Copyable {
    @usableFromInline var start: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    @usableFromInline var count = 0
    /// It has outgrown the room it was lent.
    private var isGrown = false

    /// What `write` puts together. Begins with room of the stack's, which is all that most texts need.
    public static func bytes(_ write: (inout JSONText) -> Void) -> [UInt8] {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { room in
            var text = JSONText(room)
            write(&text)
            return Array(UnsafeBufferPointer(start: text.start, count: text.count))
        }
    }

    private init(_ room: UnsafeMutableBufferPointer<UInt8>) {
        // The room is not empty.
        start = room.baseAddress!
        capacity = room.count
    }

    deinit { if isGrown { start.deallocate() } }

    /// What is JSON already: braces, commas, keys.
    // Inlinable, because the length is known where the text stands, and a few bytes are copied by a few moves.
    @inlinable @inline(__always)
    public mutating func raw(_ text: StaticString) {
        copy(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public mutating func append(_ text: String) {
        reserve(text.utf8.count + 2)
        write(UInt8(ascii: "\""))
        write(text)
        write(UInt8(ascii: "\""))
    }

    /// Two texts as one, with a mark between them: `card.refund`.
    public mutating func append(_ head: String, _ mark: Unicode.Scalar, _ tail: String) {
        reserve(head.utf8.count + tail.utf8.count + 3)
        write(UInt8(ascii: "\""))
        write(head)
        put(UInt8(ascii: mark))
        reserve(tail.utf8.count)
        write(tail)
        put(UInt8(ascii: "\""))
    }

    public mutating func append(_ number: Int64) {
        if number < 0 { put(UInt8(ascii: "-")) }
        let digits = Self.digits(number.magnitude)
        reserve(digits)
        var rest = number.magnitude
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            start[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    public mutating func append(_ flag: Bool) { flag ? raw("true") : raw("false") }

    /// A double that is not finite has no JSON form and is written as null.
    public mutating func append(_ value: JSON) {
        switch value {
        case .null: raw("null")
        case .bool(let flag): append(flag)
        case .int(let number): append(number)
        case .double(let number):
            (number.isFinite ? number.description : "null").withBytes { copy($0.assumingMemoryBound(to: UInt8.self)) }
        case .string(let text): append(text)
        case .array(let elements):
            put(UInt8(ascii: "["))
            for index in elements.indices {
                if index > 0 { put(UInt8(ascii: ",")) }
                append(elements[index])
            }
            put(UInt8(ascii: "]"))
        case .object(let object):
            put(UInt8(ascii: "{"))
            // By index: a look at a whole member would be a copy of it.
            for index in object.members.indices {
                if index > 0 { put(UInt8(ascii: ",")) }
                append(object.members[index].key)
                put(UInt8(ascii: ":"))
                append(object.members[index].value)
            }
            put(UInt8(ascii: "}"))
        }
    }

    private static func digits(_ number: UInt64) -> Int {
        var (count, rest) = (1, number / 10)
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    private mutating func put(_ byte: UInt8) {
        reserve(1)
        write(byte)
    }

    /// Where there is room.
    @inline(__always)
    private mutating func write(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    /// Without quotes, where there is room for what is plain.
    @inline(__always)
    private mutating func write(_ text: String) {
        text.withBytes { piece in
            if JSONEscape.copyPlain(piece, to: start + count) {
                count += piece.count
            } else {
                for byte in piece { JSONEscape.write(byte) { put($0) } }
                // For the quote.
                reserve(1)
            }
        }
    }

    @inlinable @inline(__always)
    mutating func copy(_ piece: UnsafeBufferPointer<UInt8>) {
        guard let source = piece.baseAddress else { return }
        reserve(piece.count)
        (start + count).update(from: source, count: piece.count)
        count += piece.count
    }

    @inlinable @inline(__always)
    mutating func reserve(_ room: Int) { if capacity - count < room { grow(by: room) } }

    @inline(never) @usableFromInline
    mutating func grow(by room: Int) {
        let larger = max(2 * capacity, count + room)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: start, count: count)
        if isGrown { start.deallocate() }
        (start, capacity, isGrown) = (moved, larger, true)
    }
}
