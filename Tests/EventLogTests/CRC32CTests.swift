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

    @Test func `eight bytes at a time give what bit by bit gives, at any length and alignment`() {
        var chance = SplitMix(state: 1)
        let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &chance) }
        for start in 0..<9 {
            for end in stride(from: start, through: 300, by: 7) {
                let sum = bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
                #expect(sum == bitByBit(bytes[start..<end]))
            }
        }
    }

    private func bitByBit(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
    }
}
