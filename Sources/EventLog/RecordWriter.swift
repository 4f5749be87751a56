import Kernel

/// Fills a record from its start; the buffer's size was counted before.
struct RecordWriter {
    var at: UnsafeMutableRawPointer

    init(at start: UnsafeMutableRawPointer) { at = start }

    @inline(__always)
    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        at.storeBytes(of: number.littleEndian, as: Number.self)
        at += MemoryLayout<Number>.size
    }

    /// The 16 bits that tell how long a text is.
    @inline(__always)
    mutating func length(_ text: String) {
        let count = text.utf8.count
        precondition(count <= RecordLimits.textBytes, "A text is longer than a record can hold")
        number(UInt16(truncatingIfNeeded: count))
    }

    @inline(__always)
    mutating func text(_ text: String) {
        text.withBytes { bytes($0) }
    }

    @inline(__always)
    mutating func bytes(_ array: [UInt8]) { array.withUnsafeBytes { bytes($0) } }

    @inline(__always)
    private mutating func bytes(_ source: UnsafeRawBufferPointer) {
        guard let base = source.baseAddress else { return }
        at.copyMemory(from: base, byteCount: source.count)
        at += source.count
    }
}
