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
        self == other && utf8.elementsEqual(other.utf8)
    }
}
