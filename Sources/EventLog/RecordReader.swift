import Kernel

/// Takes a record apart from its start, never past its end.
struct RecordReader {
    private let record: UnsafeRawBufferPointer
    private(set) var offset: Int
    private let place: LogKey

    init(_ record: UnsafeRawBufferPointer, from offset: Int, place: LogKey) {
        self.record = record
        self.offset = offset
        self.place = place
    }

    func corrupt(_ what: String) -> LogFailure { .corrupt("entry \(place): \(what)") }

    @inline(__always)
    mutating func take(_ count: Int) throws(LogFailure) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= record.count - offset else { throw corrupt("its fields are longer than its record") }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: record[offset..<offset + count])
    }

    @inline(__always)
    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws(LogFailure) -> Number {
        Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
    }

    @inline(__always)
    mutating func text(_ count: UInt16) throws(LogFailure) -> String {
        let bytes = try take(Int(count))
        let text = String(decoding: bytes.bindMemory(to: UInt8.self), as: UTF8.self)
        // What was not UTF-8 was mended, and differs. Several times faster than the validating initialiser.
        let isSame = text.withBytes { $0.count == bytes.count && $0.elementsEqual(bytes) }
        guard isSame else { throw corrupt("a text of it is not UTF-8") }
        return text
    }

    /// A text that is there only when its flag is set, and else has no bytes.
    @inline(__always)
    mutating func text(_ count: UInt16, if present: Bool) throws(LogFailure) -> String? {
        if present { return try text(count) }
        guard count == 0 else { throw corrupt("it has a length for a text it lacks") }
        return nil
    }
}
