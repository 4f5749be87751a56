import Glibc

extension UnsafeRawBufferPointer {
    /// Whether these bytes sort behind the others: byte by byte, and the longer behind its own beginning, as keys of a table do.
    public func isBehind(_ other: UnsafeRawBufferPointer) -> Bool {
        guard let start = baseAddress, let otherStart = other.baseAddress else { return count > other.count }
        let order = memcmp(start, otherStart, Swift.min(count, other.count))
        return order == 0 ? count > other.count : order > 0
    }
}
