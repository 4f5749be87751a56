/// Records one behind the other, encoded by whoever decided the entries and not yet sealed: their digests and sums are left to
/// whoever makes them durable.
///
/// What lies here touches nothing whose references are counted: two cores that count the same ones wait for each other.
public struct RecordBatch: Sendable {
    private struct Place {
        let key: LogKey
        let range: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    public init() {}

    public var count: Int { places.count }
    public var isEmpty: Bool { places.isEmpty }
    /// Bytes of all records.
    public var size: Int { bytes.count }
    public var indices: Range<Int> { places.indices }
    public var lastKey: LogKey? { places.last?.key }

    public func key(_ index: Int) -> LogKey { places[index].key }

    mutating func reserveCapacity(_ records: Int, bytes size: Int) {
        places.reserveCapacity(records)
        bytes.reserveCapacity(size)
    }

    mutating func append(_ entry: consuming Entry) {
        entry.admit()
        let start = bytes.count
        let size = EntryCodec.size(entry)
        bytes.append(addingCapacity: size) { room in
            room.withUnsafeMutableBufferPointer { bytes, count in
                EntryCodec.write(entry, into: UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: size))
                count = size
            }
        }
        places.append(Place(key: entry.key, range: start..<start + size))
    }

    public func entry(_ index: Int) -> Entry {
        lend(index) { record in
            do throws(LogFailure) { return try EntryCodec.decode(unsealed: record.bytes, at: record.key) } catch {
                preconditionFailure("a record that was just encoded cannot be read: \(error)")
            }
        }
    }

    public func lend<Result, Failure: Error>(_ index: Int, _ body: (RecordView) throws(Failure) -> Result) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
            try body(RecordBatch.view(places[index], buffer))
        }
    }

    public func visit<Failure: Error>(backwards: Bool = false, _ visit: (RecordView) throws(Failure) -> Void) throws(Failure) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
            for index in places.indices {
                try visit(RecordBatch.view(places[backwards ? places.count - 1 - index : index], buffer))
            }
        }
    }

    private static func view(_ place: Place, _ buffer: UnsafeBufferPointer<UInt8>) -> RecordView {
        RecordView(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[place.range]), at: place.key)
    }
}
