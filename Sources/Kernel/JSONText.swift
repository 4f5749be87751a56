/// JSON text put together piece by piece, by those who know its shape and need no tree for it.
///
///     var text = JSONText()
///     text.raw(#"{"step":"#)
///     text.append(name)
///     text.raw("}")
///
/// Memory of its own instead of an array: a piece costs little more than its copy.
public struct JSONText: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0

    /// `capacity`: about as many bytes as it will have.
    public init(capacity: Int = 256) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { start.deallocate() }

    /// What has been written so far.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// What is JSON already: braces, commas, keys.
    public mutating func raw(_ text: StaticString) {
        copy(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public mutating func append(_ text: String) {
        let piece = text.utf8.span
        reserve(piece.count + 2)
        put(UInt8(ascii: "\""))
        if piece.withUnsafeBytes({ JSONEscape.copyPlain($0, to: start + count) }) {
            count += piece.count
        } else {
            for index in piece.indices { JSONEscape.write(piece[index]) { put($0) } }
        }
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
            var text = number.isFinite ? number.description : "null"
            text.withUTF8 { copy($0) }
        case .string(let text): append(text)
        case .array(let elements):
            put(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { put(UInt8(ascii: ",")) }
                append(element)
            }
            put(UInt8(ascii: "]"))
        case .object(let object):
            put(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { put(UInt8(ascii: ",")) }
                append(member.key)
                put(UInt8(ascii: ":"))
                append(member.value)
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
        start[count] = byte
        count += 1
    }

    private mutating func copy(_ piece: UnsafeBufferPointer<UInt8>) {
        guard let source = piece.baseAddress else { return }
        reserve(piece.count)
        (start + count).update(from: source, count: piece.count)
        count += piece.count
    }

    @inline(__always)
    private mutating func reserve(_ room: Int) { if capacity - count < room { grow(by: room) } }

    @inline(never)
    private mutating func grow(by room: Int) {
        let larger = max(2 * capacity, count + room)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: start, count: count)
        start.deallocate()
        (start, capacity) = (moved, larger)
    }
}
