import Kernel
import Testing

@testable import EventLogLMDB

@Suite struct SortedIndicesTests {
    @Test func `keys of every length are in the order of their bytes, equal ones as they came`() {
        var random = SplitMix(state: 11)
        var keys = (0..<2_000).map { _ -> RowKey in
            let length = Int(random.next() % 12)
            return RowKey((0..<length).map { _ in UInt8(truncatingIfNeeded: [0, 1, 0x61, 0xFF][Int(random.next() % 4)]) })
        }
        keys += keys.prefix(500)
        let found = Array(SortedIndices(keys))
        let expected = keys.indices.sorted { left, right in
            keys[left].bytes == keys[right].bytes
                ? left < right : keys[left].bytes.lexicographicallyPrecedes(keys[right].bytes)
        }
        #expect(found == expected)
    }
}
