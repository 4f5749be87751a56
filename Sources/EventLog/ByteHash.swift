/// A hash of short byte strings for tables in memory: 16 bytes a step, each a multiplication to 128 bits whose halves are folded (as in
/// wyhash). A fifth of the time the standard library's SipHash takes for an id.
///
/// Not for anything that is stored or sent: the key is another in each process, so that nobody outside can choose strings that meet. It is
/// drawn from `Hasher`, which keeps it fixed where the environment asks for that.
enum ByteHash {
    private static let key: (UInt64, UInt64) = (drawn(0), drawn(1))

    static func of(_ string: UnsafeRawBufferPointer) -> UInt64 {
        let (first, second) = key
        var state = first ^ UInt64(truncatingIfNeeded: string.count)
        guard string.count > 16 else { return closed(state, words(string), second) }
        var at = 0
        while at + 16 < string.count {
            state = folded(word(string, at) ^ second, word(string, at + 8) ^ state)
            at += 16
        }
        // The last 16 bytes, of which some may have been in the step before.
        return closed(state, (word(string, string.count - 16), word(string, string.count - 8)), second)
    }

    private static func closed(_ state: UInt64, _ words: (UInt64, UInt64), _ second: UInt64) -> UInt64 {
        folded(folded(words.0 ^ second, words.1 ^ state) ^ second, state | 1)
    }

    /// All of at most 16 bytes. Strings of the same length differ in them when they differ.
    private static func words(_ string: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        let count = string.count
        if count >= 8 { return (word(string, 0), word(string, count - 8)) }
        if count >= 4 { return (half(string, 0), half(string, count - 4)) }
        return (string.reduce(0) { $0 << 8 | UInt64($1) }, 0)
    }

    private static func folded(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }

    private static func word(_ string: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
        string.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    }

    private static func half(_ string: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
        UInt64(string.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    private static func drawn(_ number: Int) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(number)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
