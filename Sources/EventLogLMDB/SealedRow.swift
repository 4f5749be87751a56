import EventLog
import LMDB

/// The value of a row beside the log, with the CRC32C over key and value behind it: LMDB has no checksums of its own.
enum SealedRow {
    static let sealBytes = 4

    /// Answers the seal, which stands for the value wherever only a change must be told.
    static func put(_ key: Bytes, _ value: Bytes, _ table: Database, _ transaction: WriteTransaction) throws(LMDBError) -> Bytes {
        let row = try transaction.reserve(table, key, count: value.count + sealBytes)
        row.copyMemory(from: value)
        row.storeBytes(of: seal(key, value).littleEndian, toByteOffset: value.count, as: UInt32.self)
        return seal(of: Bytes(row))
    }

    /// The seal as it is stored.
    static func seal(of row: Bytes) -> Bytes { Bytes(rebasing: row.suffix(sealBytes)) }

    /// The value as it was given; nil when key or value changed since.
    static func open(_ key: Bytes, _ row: Bytes) -> Bytes? {
        guard row.count >= sealBytes else { return nil }
        let value = Bytes(rebasing: row.dropLast(sealBytes))
        let stored = UInt32(littleEndian: row.loadUnaligned(fromByteOffset: value.count, as: UInt32.self))
        return stored == seal(key, value) ? value : nil
    }

    /// The same for a reader.
    static func read(_ key: Bytes, _ row: Bytes, of table: Table) throws(LogFailure) -> [UInt8] {
        guard let value = open(key, row) else { throw .corrupt("\(place(key, of: table)): \(broken)") }
        return [UInt8](value)
    }

    static let broken = "its bytes do not match their CRC32C"

    /// Keys may hold names of a user's things, which are no secrets, and numbers: printable bytes are shown, others as hex.
    static func place(_ key: Bytes, of table: Table) -> String {
        let shown = key.map { byte in
            (0x21...0x7E).contains(byte) ? String(Unicode.Scalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "table \(StoreTables.name(table)), row \(shown.joined())"
    }

    private static func seal(_ key: Bytes, _ value: Bytes) -> UInt32 {
        CRC32C.checksum(value, after: CRC32C.checksum(key))
    }
}
