import CChecksum

/// The Castagnoli checksum (RFC 3720 appendix B.4): by the processor's instruction where it has one, otherwise from tables.
public enum CRC32C {
    private static let isBuiltIn = crc32c_is_built_in() != 0

    /// Of bytes, or of those that gave `before` with these behind them.
    public static func checksum(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        isBuiltIn ? ~crc32c_register(~before, bytes.baseAddress, bytes.count) : checksumByTables(bytes, after: before)
    }

    public static func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { checksum($0) } }

    /// Table n holds the checksum of a byte followed by n zero bytes (Kounavis and Berry, "slicing by 8"): eight independent
    /// look-ups replace eight dependent ones.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        for entry in 256..<tables.count {
            let before = tables[entry - 256]
            tables[entry] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    /// What `checksum` is on a processor without the instruction; here for its test.
    public static func checksumByTables(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            guard let base = bytes.baseAddress, let table = tables.baseAddress else { return before }
            var crc = ~before
            var at = base
            for _ in 0..<bytes.count / 8 {
                let low = UInt32(littleEndian: at.loadUnaligned(as: UInt32.self)) ^ crc
                let high = UInt32(littleEndian: (at + 4).loadUnaligned(as: UInt32.self))
                let first = table[1792 + Int(low & 0xFF)] ^ table[1536 + Int(low >> 8 & 0xFF)]
                let second = table[1280 + Int(low >> 16 & 0xFF)] ^ table[1024 + Int(low >> 24)]
                let third = table[768 + Int(high & 0xFF)] ^ table[512 + Int(high >> 8 & 0xFF)]
                let fourth = table[256 + Int(high >> 16 & 0xFF)] ^ table[Int(high >> 24)]
                crc = first ^ second ^ third ^ fourth
                at += 8
            }
            for _ in 0..<bytes.count % 8 {
                crc = crc >> 8 ^ table[Int((crc ^ UInt32(at.load(as: UInt8.self))) & 0xFF)]
                at += 1
            }
            return ~crc
        }
    }
}
