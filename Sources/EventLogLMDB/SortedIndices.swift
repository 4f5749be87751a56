/// The places of keys in the order of their bytes, equal ones as they stood.
///
/// Compares the first eight bytes as a number, and the rest only where these are equal: tens of thousands of random keys are
/// sorted within a commit that others wait for.
struct SortedIndices: Sequence {
    private struct Place {
        let prefix: UInt64
        let index: Int
    }

    private let places: [Place]

    init(_ keys: [RowKey]) {
        var places = keys.enumerated().map { Place(prefix: $0.element.prefix, index: $0.offset) }
        places.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            let (mine, other) = (keys[left.index], keys[right.index])
            return mine == other ? left.index < right.index : mine < other
        }
        self.places = places
    }

    func makeIterator() -> some IteratorProtocol<Int> { places.lazy.map(\.index).makeIterator() }
}

extension RowKey {
    /// The first eight bytes as a number that sorts as they do; a shorter key is filled with zeros.
    fileprivate var prefix: UInt64 {
        if bytes.count >= 8 { return bytes.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) } }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) } << UInt64(8 * (8 - bytes.count))
    }
}
