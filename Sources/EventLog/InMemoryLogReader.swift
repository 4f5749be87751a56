import Kernel

/// A view of the log in memory.
struct InMemoryLogReader: LogReader {
    let contents: InMemoryContents

    var head: LogHead { contents.head }

    func entry(at key: LogKey) throws(LogFailure) -> Entry? {
        let index = contents.index(atMost: key)
        return index >= 0 && contents.entries[index].key == key ? contents.entries[index] : nil
    }

    func visitLog(from position: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure) {
        let entries = contents.entries
        let last = contents.index(atMost: LogKey(position: position, ordinal: .max))
        if backwards {
            for index in stride(from: last, through: 0, by: -1) where !visit(entries[index]) { return }
            return
        }
        let holds = last >= 0 && !entries[last].events.isEmpty && entries[last].lastPosition >= position
        let before = position == 0 ? -1 : contents.index(atMost: LogKey(position: position - 1, ordinal: .max))
        for entry in entries[(holds ? last : before + 1)...] where !visit(entry) { return }
    }

    func visitLog(after key: LogKey?, _ visit: (Entry) -> Bool) throws(LogFailure) {
        let start = key.map { contents.index(atMost: $0) + 1 } ?? 0
        for entry in contents.entries[start...] where !visit(entry) { return }
    }

    func stream(_ aggregate: AggregateID) throws(LogFailure) -> StreamHead? {
        guard let last = contents.streams[Array(aggregate.description.utf8)]?.last else { return nil }
        return StreamHead(contents.entries[last])
    }

    func visitStream(_ aggregate: AggregateID, from version: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)
    {
        guard let indices = contents.streams[Array(aggregate.description.utf8)] else { return }
        let entries = indices.lazy.map { contents.entries[$0] }
        if backwards {
            for entry in entries.reversed() where entry.firstVersion <= version && !visit(entry) { return }
        } else {
            for entry in entries where entry.lastVersion >= version && !visit(entry) { return }
        }
    }

    func visitKeys(ofType type: String, after key: String?, _ visit: (String) -> Bool) throws(LogFailure) {
        let prefix = Array("\(type)/".utf8)
        let streams = contents.streams.keys
        let start =
            key.map { contents.streams.index(atMost: prefix + Array($0.utf8)) + 1 } ?? contents.streams.index(atLeast: prefix)
        for stream in streams[start...] {
            guard stream.starts(with: prefix), visit(String(decoding: stream[prefix.count...], as: UTF8.self)) else { return }
        }
    }

    func receipt(_ id: String) throws(LogFailure) -> LogKey? { contents.receipts[Array(id.utf8)] }

    func value(_ table: Table, _ key: [UInt8]) throws(LogFailure) -> [UInt8]? {
        contents.tables[InMemoryContents.index(of: table)][key]
    }

    func visit(_ table: Table, from key: [UInt8], backwards: Bool, _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool)
        throws(LogFailure)
    {
        let rows = contents.tables[InMemoryContents.index(of: table)]
        let indices =
            backwards
            ? stride(from: rows.index(atMost: key), through: 0, by: -1)
            : stride(from: rows.index(atLeast: key), through: rows.keys.count - 1, by: 1)
        for index in indices where !visit(rows.keys[index], rows.values[index]) { return }
    }
}
