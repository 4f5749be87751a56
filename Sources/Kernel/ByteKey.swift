/// A text that is itself byte for byte; `String` takes composed and decomposed letters for one.
public struct ByteKey: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (left: ByteKey, right: ByteKey) -> Bool { left.text.hasBytes(of: right.text) }

    /// Hashes the bytes: hashing the text would let equivalent texts fill one bucket.
    public func hash(into hasher: inout Hasher) {
        text.withBytes { hasher.combine(bytes: $0) }
        hasher.combine(0xFF as UInt8)
    }
}

extension String {
    /// Lends the bytes where they are: no copy that is counted, unlike `withUTF8`.
    @inlinable @inline(__always)
    public func withBytes<Result, Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        try utf8.span.withUnsafeBytes(body)
    }

    /// Equality of the bytes, not of what they look like.
    public func hasBytes(of other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // Equal in all their bits they are one text, whatever the bits stand for: usual among short ones.
        if bits == other.bits { return true }
        // Among short ones Swift's own equality is the faster no, and never a no for equal bytes.
        if utf8.count < 16, self != other { return false }
        return withBytes { mine in other.withBytes { theirs in mine.hasBytes(of: theirs) } }
    }

    private var bits: (UInt64, UInt64) { unsafeBitCast(self, to: (UInt64, UInt64).self) }
}

extension String? {
    /// Equality of the bytes, or none on both sides.
    public func hasBytes(of other: String?) -> Bool {
        guard let self, let other else { return self == nil && other == nil }
        return self.hasBytes(of: other)
    }
}

extension Sequence<String> {
    /// Whether one of them has the bytes of `text`.
    public func contains(bytesOf text: String) -> Bool { contains { $0.hasBytes(of: text) } }
}

extension UnsafeRawBufferPointer {
    /// Equality of as many bytes, eight at a time.
    fileprivate func hasBytes(of other: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + 8 <= count {
            let word = loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if word != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset += 8
        }
        while offset < count {
            if self[offset] != other[offset] { return false }
            offset += 1
        }
        return true
    }
}
