import EventLog
import LMDB

/// Rows of the index, of the receipts and of the tables whose rows wait, that are not in their tables yet.
struct TailRows {
    /// A stream's newest entry here, and where its oldest is.
    private struct Stream {
        var newest: Int
        let first: UInt64
    }

    /// An entry of a stream, and the one before it here; -1 when there is none.
    private struct Link {
        let hit: StreamHit
        let before: Int
    }

    private(set) var entries = 0
    private(set) var names = ByteTable()
    private(set) var ids: ByteTable
    private var streams: [Stream] = []
    private var links: [Link] = []
    private var places: [LogKey] = []
    /// Of `Table.waiting`, in their order.
    private(set) var tables = Table.waiting.map { _ in TailTable() }

    init(room: Int) {
        ids = ByteTable(capacity: room)
        places.reserveCapacity(room)
        links.reserveCapacity(room)
    }

    mutating func add(_ record: RecordView, _ stream: Bytes) -> LogKey? {
        entries += 1
        if record.eventCount > 0 { add(StreamHit(firstVersion: record.firstVersion, position: record.key.position), stream) }
        return record.hasReceipt ? set(record.command, record.key) : nil
    }

    private mutating func add(_ hit: StreamHit, _ stream: Bytes) {
        let (number, isNew) = names.insert(stream)
        links.append(Link(hit: hit, before: isNew ? -1 : streams[number].newest))
        if isNew {
            streams.append(Stream(newest: links.count - 1, first: hit.position))
        } else {
            streams[number].newest = links.count - 1
        }
    }

    private mutating func set(_ id: Bytes, _ place: LogKey) -> LogKey? {
        let (number, isNew) = ids.insert(id)
        if isNew {
            places.append(place)
            return nil
        }
        defer { places[number] = place }
        return places[number]
    }

    /// Takes back the entry added last.
    mutating func remove(_ record: RecordView, _ stream: Bytes, restoring before: LogKey?) {
        entries -= 1
        if record.eventCount > 0, let number = names.number(of: stream), let link = links.popLast() {
            if link.before < 0 {
                names.removeLast()
                streams.removeLast()
            } else {
                streams[number].newest = link.before
            }
        }
        guard record.hasReceipt, let number = ids.number(of: record.command) else { return }
        if let before {
            places[number] = before
        } else {
            ids.removeLast()
            places.removeLast()
        }
    }

    /// Sets a row of a table whose rows wait, or removes it.
    mutating func set(_ table: Table, _ key: Bytes, _ value: Bytes?, at place: LogKey) {
        guard let number = table.waitingNumber else { return }
        tables[number].set(key, value, at: place)
    }

    /// Takes back what was set last in such a table.
    mutating func removeLast(_ table: Table) {
        if let number = table.waitingNumber { tables[number].removeLast() }
    }

    func hits(_ stream: Bytes) -> [StreamHit] { names.number(of: stream).map { hits($0) } ?? [] }

    /// Of the stream with this number, oldest first.
    func hits(_ number: Int) -> [StreamHit] {
        var hits: [StreamHit] = []
        var next = streams[number].newest
        while next >= 0 {
            hits.append(links[next].hit)
            next = links[next].before
        }
        return hits.reversed()
    }

    func receipt(_ id: Bytes) -> LogKey? { ids.number(of: id).map { places[$0] } }

    /// Of the id with this number.
    func place(_ number: Int) -> LogKey { places[number] }

    func streams(_ prefix: [UInt8], before end: UInt64) -> [RowKey] {
        // Sorted by who asks, together with those of other segments.
        streams.indices.compactMap { number in
            guard streams[number].first < end else { return nil }
            return names.lend(number) { $0.starts(with: prefix) ? RowKey([UInt8]($0)) : nil }
        }
    }
}
