import Testing

@testable import Wire

/// Words of a header line, looked at eight bytes at a time.
@Suite struct WordTests {
    @Test func `eight bytes at a time end where one at a time does`() {
        let neighbours: [UInt8] = [0x21, 0x61, 0x7E, 0x00, 0x20, 0x7F, 0x80, 0xFF]
        for byte in UInt8.min...UInt8.max {
            for place in 0..<8 {
                for neighbour in neighbours {
                    var bytes = [UInt8](repeating: 0x61, count: 8)
                    bytes[place] = byte
                    // Only what stands behind may be anything.
                    for index in (place + 1)..<max(8, place + 1) { bytes[index] = neighbour }
                    let word = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
                    let expected = bytes.firstIndex { !Word.isPlain($0) } ?? 8
                    #expect(Word.plainBytes(in: word) == expected, "\(bytes)")
                }
            }
        }
    }
}
