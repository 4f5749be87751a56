import EventLog
import EventLogTesting
import Kernel
import Testing

@Suite struct CRC32CTests {
    @Test func `it answers the checksums of RFC 3720`() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum([UInt8](0..<32)) == 0x46DD_794E)
        #expect(CRC32C.checksum([UInt8]((0..<32).reversed())) == 0x113F_DB5C)
        #expect(CRC32C.checksum([]) == 0)
    }

    @Test func `by the processor and from tables it is what bit by bit gives, at any length and alignment`() {
        var chance = SplitMix(state: 1)
        let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &chance) }
        for start in 0..<9 {
            for end in stride(from: start, through: 300, by: 7) {
                bytes.withUnsafeBytes { bytes in
                    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                    #expect(CRC32C.checksum(part) == bitByBit(part))
                    #expect(CRC32C.checksumByTables(part) == bitByBit(part))
                }
            }
        }
    }

    @Test func `of bytes that come in parts it is what all of them give`() {
        let bytes = [UInt8](0..<100)
        bytes.withUnsafeBytes { bytes in
            for cut in 0...100 {
                let (first, second) = (
                    UnsafeRawBufferPointer(rebasing: bytes[..<cut]), UnsafeRawBufferPointer(rebasing: bytes[cut...])
                )
                #expect(CRC32C.checksum(second, after: CRC32C.checksum(first)) == bitByBit(bytes))
                #expect(CRC32C.checksumByTables(second, after: CRC32C.checksumByTables(first)) == bitByBit(bytes))
            }
        }
    }

    private func bitByBit(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
    }
}
