import LMDB

/// A hash of one row of a table. Each step is one to one in what it takes up, so a row in which one bit, or one word, differs
/// has another hash; others agree once in 2^64.
struct RowHash {
    private(set) var value: UInt64

    /// Of a row's key; `table` is the table's number among those with a sum.
    init(table: Int, key: Bytes) {
        value = UInt64(table + 1) &* RowHash.multiplier
        add(key)
    }

    mutating func add(_ bytes: Bytes) {
        add(UInt64(bytes.count))
        var offset = 0
        while offset + 8 <= bytes.count {
            add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        guard offset < bytes.count else { return }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        add(rest)
    }

    func with(_ bytes: Bytes) -> UInt64 {
        var hash = self
        hash.add(bytes)
        return hash.value
    }

    /// Odd, so that multiplying loses nothing: 2^64 divided by the golden ratio.
    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    private mutating func add(_ word: UInt64) {
        value = (value ^ word) &* RowHash.multiplier
        value ^= value >> 32
    }
}
