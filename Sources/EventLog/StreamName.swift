public import Kernel

/// The name of an aggregate's stream, `type/key`: its key in tables.
public enum StreamName {
    @inlinable @inline(__always)
    public static func lend<Result>(_ record: RecordView, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        lend(record.type, record.aggregateKey, body)
    }

    @inlinable @inline(__always)
    public static func lend<Result>(_ aggregate: AggregateID, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        aggregate.type.withBytes { type in aggregate.key.withBytes { key in lend(type, key, body) } }
    }

    @inlinable @inline(__always)
    static func lend<Result>(
        _ type: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: type.count + key.count + 1, alignment: 1) { name in
            name.copyMemory(from: type)
            name[type.count] = UInt8(ascii: "/")
            UnsafeMutableRawBufferPointer(rebasing: name[(type.count + 1)...]).copyMemory(from: key)
            return body(UnsafeRawBufferPointer(name))
        }
    }
}
