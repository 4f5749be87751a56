import EventLog
import LMDB

/// A row of `chain`: the value after a commit and, when the commit wrote rows that wait in the tail, those rows and a CRC32C:
/// here they are durable until they are folded, at the cost of no page of their own.
struct ChainRow {
    private static let valueBytes = CommitChain.start.count
    private static let sealBytes = 4
    /// Of a waiting row: its table, 1 byte; length of its key, 2; of its value plus one, 4, where 0 is a row removed.
    private static let headBytes = 7

    let value: Bytes
    private let rows: Bytes

    /// Nil when the bytes are not what was written.
    init?(_ key: Bytes, _ row: Bytes) {
        guard row.count >= ChainRow.valueBytes else { return nil }
        value = Bytes(rebasing: row.prefix(ChainRow.valueBytes))
        let rest = Bytes(rebasing: row.dropFirst(ChainRow.valueBytes).dropLast(ChainRow.sealBytes))
        rows = rest
        if row.count == ChainRow.valueBytes { return }
        guard row.count >= ChainRow.valueBytes + ChainRow.sealBytes,
            UInt32(littleEndian: row.loadUnaligned(fromByteOffset: row.count - ChainRow.sealBytes, as: UInt32.self))
                == ChainRow.seal(key, Bytes(rebasing: row.dropLast(ChainRow.sealBytes)))
        else { return nil }
        var reader = rest
        while let head = ChainRow.head(reader) { reader = Bytes(rebasing: reader.dropFirst(head.size)) }
        guard reader.isEmpty else { return nil }
    }

    /// The value of a row that nobody has looked at.
    static func value(_ row: Bytes) -> [UInt8] { [UInt8](row.prefix(valueBytes)) }

    /// The rows that wait, in the order they were written; the value is nil for one removed.
    func visit(_ visit: (_ table: Table, _ key: Bytes, _ value: Bytes?) -> Void) {
        var reader = rows
        while let head = ChainRow.head(reader) {
            let row = Bytes(rebasing: reader.prefix(head.size).dropFirst(ChainRow.headBytes))
            let value = head.isRemoved ? nil : Bytes(rebasing: row.dropFirst(head.keyBytes))
            visit(head.table, Bytes(rebasing: row.prefix(head.keyBytes)), value)
            reader = Bytes(rebasing: reader.dropFirst(head.size))
        }
    }

    /// The bytes of the row at `key`.
    static func bytes(_ key: Bytes, value: [UInt8], _ writes: [TableWrite]) -> [UInt8] {
        var bytes = value
        if writes.isEmpty { return bytes }
        bytes.reserveCapacity(value.count + writes.reduce(sealBytes) { $0 + headBytes + $1.key.count + ($1.value?.count ?? 0) })
        for write in writes {
            bytes.append(write.table.rawValue)
            append(UInt16(write.key.count), to: &bytes)
            append(write.value.map { UInt32($0.count) + 1 } ?? 0, to: &bytes)
            bytes.append(contentsOf: write.key)
            bytes.append(contentsOf: write.value ?? [])
        }
        append(bytes.lend { seal(key, $0) }, to: &bytes)
        return bytes
    }

    private struct Head {
        let table: Table
        let keyBytes: Int
        let isRemoved: Bool
        let size: Int
    }

    /// Of the first row; nil when there is none that is whole.
    private static func head(_ bytes: Bytes) -> Head? {
        guard bytes.count >= headBytes, let table = Table(rawValue: bytes[0]), table.waitingNumber != nil else { return nil }
        let keyBytes = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt16.self)))
        let value = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 3, as: UInt32.self)))
        let size = headBytes + keyBytes + max(value - 1, 0)
        guard size <= bytes.count else { return nil }
        return Head(table: table, keyBytes: keyBytes, isRemoved: value == 0, size: size)
    }

    private static func seal(_ key: Bytes, _ bytes: Bytes) -> UInt32 {
        CRC32C.checksum(bytes, after: CRC32C.checksum(key))
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
