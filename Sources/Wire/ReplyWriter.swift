import Kernel

/// Fills memory that was reserved in full before; writing past it is a programming error and traps.
struct ReplyWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer.assumingMemoryBound(to: UInt8.self) }

    mutating func write(_ word: StaticString) { word.withUTF8Buffer { copy($0) } }

    mutating func write(_ text: String) { text.withBytes { copy($0.assumingMemoryBound(to: UInt8.self)) } }

    mutating func write(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { copy($0) } }

    /// Decimal digits, the last one first.
    mutating func write(_ value: UInt64) {
        var (digits, rest) = (1, value / 10)
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        precondition(count + digits <= buffer.count, "a reply outgrew its reservation")
        rest = value
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            buffer[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, let start = buffer.baseAddress else { return }
        precondition(count + bytes.count <= buffer.count, "a reply outgrew its reservation")
        (start + count).update(from: source, count: bytes.count)
        count += bytes.count
    }
}
