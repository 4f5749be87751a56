public import Kernel

/// The fixed fields of a record whose CRC is right and which stands where it says: enough to walk the log by.
public struct RecordHead {
    let flags: RecordLayout.Flags
    let headerLength: Int
    let bodiesLength: Int
    public let previous: UInt64
    public let firstVersion: UInt64
    public let time: Timestamp
    let attempt: UInt32
    let epoch: UInt32
    public let eventCount: UInt32
    let headerCount: UInt16
    let typeLength: UInt16
    let keyLength: UInt16
    let commandLength: UInt16
    let correlationLength: UInt16
    let causationLength: UInt16
    let actorLength: UInt16
    let codeLength: UInt16
    let answerLength: Int

    public init(_ record: UnsafeRawBufferPointer, at key: LogKey) throws(LogFailure) {
        try self.init(record, at: key, isSealed: true)
    }

    init(unsealed record: UnsafeRawBufferPointer, at key: LogKey) throws(LogFailure) {
        try self.init(record, at: key, isSealed: false)
    }

    private init(_ record: UnsafeRawBufferPointer, at key: LogKey, isSealed: Bool) throws(LogFailure) {
        func corrupt(_ what: String) -> LogFailure { .corrupt("entry \(key): \(what)") }
        func number<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type = Number.self) -> Number {
            Number(littleEndian: record.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
        guard record.count >= RecordLayout.smallest else { throw corrupt("its record is cut short") }
        guard record[RecordLayout.formatAt] <= RecordLayout.format else { throw corrupt("its format is newer than this program") }
        let end = record.count - RecordLayout.checksumBytes
        if isSealed, CRC32C.checksum(UnsafeRawBufferPointer(rebasing: record[..<end])) != number(end, UInt32.self) {
            throw corrupt("its bytes do not match their CRC32C")
        }
        flags = RecordLayout.Flags(rawValue: record[RecordLayout.flagsAt])
        guard record[RecordLayout.formatAt] == RecordLayout.format, record[RecordLayout.bodyStateAt] == 0,
            record[RecordLayout.kindAt] == RecordLayout.entryKind, RecordLayout.Flags.all.isSuperset(of: flags)
        else { throw corrupt("it is of a kind this program does not know") }
        headerLength = Int(number(RecordLayout.headerLengthAt, UInt32.self))
        bodiesLength = Int(number(RecordLayout.bodiesLengthAt, UInt32.self))
        guard headerLength >= RecordLayout.fixedBytes + SHA256.byteCount, headerLength + bodiesLength == end else {
            throw corrupt("its record is not as long as it says")
        }
        guard key == LogKey(position: number(RecordLayout.positionAt), ordinal: number(RecordLayout.ordinalAt)) else {
            throw corrupt("its record belongs elsewhere")
        }
        previous = number(RecordLayout.previousAt)
        firstVersion = number(RecordLayout.firstVersionAt)
        time = Timestamp(milliseconds: number(RecordLayout.timeAt))
        attempt = number(RecordLayout.attemptAt)
        epoch = number(RecordLayout.epochAt)
        eventCount = number(RecordLayout.eventCountAt)
        headerCount = number(RecordLayout.headerCountAt)
        typeLength = number(RecordLayout.typeLengthAt)
        keyLength = number(RecordLayout.keyLengthAt)
        commandLength = number(RecordLayout.commandLengthAt)
        correlationLength = number(RecordLayout.correlationLengthAt)
        causationLength = number(RecordLayout.causationLengthAt)
        actorLength = number(RecordLayout.actorLengthAt)
        codeLength = number(RecordLayout.codeLengthAt)
        answerLength = Int(number(RecordLayout.answerLengthAt, UInt32.self))
        let room = UInt64.max - UInt64(eventCount)
        guard (1...room).contains(firstVersion), (1...room).contains(key.position), key.ordinal < .max else {
            throw corrupt("its version or position cannot be")
        }
        guard
            flags.contains(.receipt)
                || flags.isDisjoint(with: [.code, .version, .position]) && codeLength == 0 && answerLength == 0
        else { throw corrupt("it has parts of a receipt without one") }
    }
}
