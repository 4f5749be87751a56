public import Kernel

/// A record of whose bytes nothing need be checked, because this process wrote or has just decoded them: its fields where they lie.
/// Valid as long as the bytes are lent.
public struct RecordView {
    public let key: LogKey
    public let bytes: UnsafeRawBufferPointer

    /// Fewer are no record.
    public static let leastBytes = RecordLayout.smallest

    public init(_ bytes: UnsafeRawBufferPointer, at key: LogKey) {
        precondition(bytes.count >= RecordLayout.smallest, "a record without a header")
        (self.bytes, self.key) = (bytes, key)
    }

    public var eventCount: Int { Int(number(RecordLayout.eventCountAt, UInt32.self)) }
    /// Position of the aggregate's entry before; 0 when there is none.
    public var previous: UInt64 { number(RecordLayout.previousAt, UInt64.self) }
    public var firstVersion: UInt64 { number(RecordLayout.firstVersionAt, UInt64.self) }
    public var time: Timestamp { Timestamp(milliseconds: number(RecordLayout.timeAt, Int64.self)) }
    public var hasReceipt: Bool { RecordLayout.Flags(rawValue: bytes[RecordLayout.flagsAt]).contains(.receipt) }

    public var type: UnsafeRawBufferPointer { text(after: 0, RecordLayout.typeLengthAt) }
    public var aggregateKey: UnsafeRawBufferPointer { text(after: type.count, RecordLayout.keyLengthAt) }
    /// The id of the command or request.
    public var command: UnsafeRawBufferPointer { text(after: type.count + aggregateKey.count, RecordLayout.commandLengthAt) }

    public func isOf(_ aggregate: AggregateID) -> Bool {
        type.count == aggregate.type.utf8.count && aggregateKey.count == aggregate.key.utf8.count
            && aggregate.type.withBytes { $0.elementsEqual(type) } && aggregate.key.withBytes { $0.elementsEqual(aggregateKey) }
    }

    private func text(after skipped: Int, _ lengthAt: Int) -> UnsafeRawBufferPointer {
        let start = RecordLayout.fixedBytes + skipped
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(number(lengthAt, UInt16.self))])
    }

    @inline(__always)
    private func number<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
