import EventLog
import Kernel
import LMDB

/// Memory in which the keys and fixed values of rows are put together, one of each at a time, without a heap allocation each.
/// What it lends is valid until the next of its kind.
final class KeyBytes {
    static let logKeyBytes = 12
    static let hitBytes = 16
    private static let valueAt = 512
    private static let placeAt = 528

    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: placeAt + 16, alignment: 8)

    deinit { memory.deallocate() }

    /// The key of a log entry or of a commit: numbers with the high byte first, so that bytes sort as numbers.
    func key(_ key: LogKey) -> Bytes { place(key, at: 0) }

    /// The same as a value.
    func value(_ key: LogKey) -> Bytes { place(key, at: KeyBytes.valueAt) }

    /// The same, to look up beside a key and a value in use.
    func place(_ key: LogKey) -> Bytes { place(key, at: KeyBytes.placeAt) }

    /// A row of the stream index.
    func value(_ hit: StreamHit) -> Bytes {
        memory.storeBytes(of: hit.firstVersion.bigEndian, toByteOffset: KeyBytes.valueAt, as: UInt64.self)
        memory.storeBytes(of: hit.position.bigEndian, toByteOffset: KeyBytes.valueAt + 8, as: UInt64.self)
        return Bytes(rebasing: memory[KeyBytes.valueAt..<KeyBytes.valueAt + KeyBytes.hitBytes])
    }

    /// The key of a stream: `type/key`. Nil when it is longer than any stored one can be.
    func stream(_ type: String, _ key: String) -> Bytes? {
        var count = 0
        guard put(type, &count), put("/", &count), put(key, &count) else { return nil }
        return Bytes(rebasing: memory[..<count])
    }

    /// The same of a record, whose address is never longer.
    func stream(of record: RecordView) -> Bytes {
        StreamName.lend(record) { name in
            memory.copyMemory(from: name)
            return Bytes(rebasing: memory[..<name.count])
        }
    }

    /// An id; nil when it is empty or longer than any stored one can be.
    func text(_ text: String) -> Bytes? {
        var count = 0
        guard put(text, &count), count > 0 else { return nil }
        return Bytes(rebasing: memory[..<count])
    }

    private func put(_ text: String, _ count: inout Int) -> Bool {
        text.withBytes { bytes in
            guard bytes.count <= RecordLimits.streamBytes - count else { return false }
            UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
            count += bytes.count
            return true
        }
    }

    private func place(_ key: LogKey, at offset: Int) -> Bytes {
        memory.storeBytes(of: key.position.bigEndian, toByteOffset: offset, as: UInt64.self)
        memory.storeBytes(of: key.ordinal.bigEndian, toByteOffset: offset + 8, as: UInt32.self)
        return Bytes(rebasing: memory[offset..<offset + KeyBytes.logKeyBytes])
    }
}

extension LogKey {
    /// Nil when the bytes are no place in the log.
    init?(_ bytes: Bytes) {
        guard bytes.count == KeyBytes.logKeyBytes else { return nil }
        self.init(
            position: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            ordinal: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    }
}
