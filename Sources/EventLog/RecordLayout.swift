/// Where the fields of a record of format 1 stand; all numbers are little-endian. `docs/log-format.md` has the table.
///
///     fixed fields │ texts │ headers │ receipt │ events │ digest ║ bodies │ CRC32C
///     └────────── header, under the chain but for its first two bytes ─┘
enum RecordLayout {
    static let format: UInt8 = 1
    static let formatAt = 0
    /// 0: the bodies are here. Another value is kept for bodies erased, and refused until there is such a thing.
    static let bodyStateAt = 1
    static let kindAt = 2
    static let entryKind: UInt8 = 1
    static let flagsAt = 3
    static let headerLengthAt = 4
    static let bodiesLengthAt = 8
    static let ordinalAt = 12
    static let positionAt = 16
    static let previousAt = 24
    static let firstVersionAt = 32
    static let timeAt = 40
    static let attemptAt = 48
    static let epochAt = 52
    static let eventCountAt = 56
    static let headerCountAt = 60
    static let typeLengthAt = 62
    static let keyLengthAt = 64
    static let commandLengthAt = 66
    static let correlationLengthAt = 68
    static let causationLengthAt = 70
    static let actorLengthAt = 72
    static let codeLengthAt = 74
    static let answerLengthAt = 76
    static let fixedBytes = 80

    static let checksumBytes = 4
    static let contentBytes = 16
    /// The receipt's content hash, version and position.
    static let receiptBytes = contentBytes + 16
    /// Before the name of a header: two lengths. Before the name of an event: its length, the schema, the body's length.
    static let headerPrefix = 4
    static let eventPrefix = 8
    static let smallest = fixedBytes + SHA256.byteCount + checksumBytes

    struct Flags: OptionSet {
        let rawValue: UInt8
        static let receipt = Flags(rawValue: 1)
        static let correlation = Flags(rawValue: 2)
        static let causation = Flags(rawValue: 4)
        static let actor = Flags(rawValue: 8)
        static let code = Flags(rawValue: 16)
        static let version = Flags(rawValue: 32)
        static let position = Flags(rawValue: 64)
        static let all = Flags(rawValue: 127)
    }

    /// The header without the two bytes that may change when bodies are erased.
    @inline(__always)
    static func underChain(_ record: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard record.count >= smallest else { return nil }
        let length = Int(UInt32(littleEndian: record.loadUnaligned(fromByteOffset: headerLengthAt, as: UInt32.self)))
        guard length >= fixedBytes + SHA256.byteCount, length <= record.count - checksumBytes else { return nil }
        return UnsafeRawBufferPointer(rebasing: record[kindAt..<length])
    }
}
