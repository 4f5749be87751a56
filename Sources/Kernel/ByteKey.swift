/// A text that is itself byte for byte; `String` takes composed and decomposed letters for one.
public struct ByteKey: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (left: ByteKey, right: ByteKey) -> Bool { left.text.hasBytes(of: right.text) }

    /// Hashes the bytes: hashing the text would let equivalent texts fill one bucket.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

extension String {
    /// Equality of the bytes, not of what they look like.
    public func hasBytes(of other: String) -> Bool {
        // Swift's own equality is the faster no, and never a no for equal bytes.
        guard utf8.count == other.utf8.count, self == other else { return false }
        let same = utf8.withContiguousStorageIfAvailable { mine in
            other.utf8.withContiguousStorageIfAvailable { theirs in mine.hasBytes(of: theirs) }
        }
        return (same ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Equality of as many bytes, eight at a time.
    fileprivate func hasBytes(of other: UnsafeBufferPointer<UInt8>) -> Bool {
        let (mine, theirs) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
        var offset = 0
        while offset + 8 <= mine.count {
            let word = mine.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if word != theirs.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset += 8
        }
        while offset < mine.count {
            if mine[offset] != theirs[offset] { return false }
            offset += 1
        }
        return true
    }
}
