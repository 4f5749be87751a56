/// Records encoded one behind the other, by whoever decided the entries. The thread that writes them then touches nothing whose
/// references are counted: two cores that count the same ones wait for each other.
struct RecordBatch: Sendable {
    private struct Place {
        let key: LogKey
        let range: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    var count: Int { places.count }

    mutating func append(_ entry: Entry) {
        entry.admit()
        let start = bytes.count
        let end = start + EntryCodec.size(entry)
        bytes.append(contentsOf: repeatElement(0, count: end - start))
        bytes.withUnsafeMutableBytes { EntryCodec.encode(entry, into: UnsafeMutableRawBufferPointer(rebasing: $0[start..<end])) }
        places.append(Place(key: entry.key, range: start..<end))
    }

    func visit<Failure: Error>(backwards: Bool, _ visit: (RecordView) throws(Failure) -> Void) throws(Failure) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
            let bytes = UnsafeRawBufferPointer(buffer)
            for index in places.indices {
                let place = places[backwards ? places.count - 1 - index : index]
                try visit(RecordView(UnsafeRawBufferPointer(rebasing: bytes[place.range]), at: place.key))
            }
        }
    }
}
