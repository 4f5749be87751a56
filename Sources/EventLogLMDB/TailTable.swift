import EventLog
import LMDB

/// Rows of one table that wait to be folded, each with all that it was since the table had it.
///
/// A view sees the last version whose place is in it.
struct TailTable {
    private struct Version {
        let key: Int
        let place: LogKey
        /// Of the same key, the version before; -1 when there is none.
        let before: Int
        /// Nil when the row was removed.
        let value: Range<Int>?
    }

    private var keys = ByteTable()
    private var newest: [Int] = []
    private var versions: [Version] = []
    private var values: [UInt8] = []

    mutating func set(_ key: Bytes, _ value: Bytes?, at place: LogKey) {
        let (number, isNew) = keys.insert(key)
        let start = values.count
        if let value { values.append(contentsOf: value) }
        let range = value.map { start..<start + $0.count }
        versions.append(Version(key: number, place: place, before: isNew ? -1 : newest[number], value: range))
        if isNew { newest.append(versions.count - 1) } else { newest[number] = versions.count - 1 }
    }

    /// Takes back what was set last.
    mutating func removeLast() {
        guard let last = versions.popLast() else { return }
        values.removeLast(last.value?.count ?? 0)
        if last.before < 0 {
            keys.removeLast()
            newest.removeLast()
        } else {
            newest[last.key] = last.before
        }
    }

    func row(_ key: Bytes, in view: Range<LogKey>) -> ChangedRow? {
        guard let number = keys.number(of: key), let version = version(number, in: view) else { return nil }
        return row(number, version)
    }

    /// The rows next to where a visit stands, in its order, at most `limit`: one look at each row.
    func rows(_ visit: TableVisit, in view: Range<LogKey>, limit: Int) -> [ChangedRow] {
        var nearest: [Int] = []
        // Most keys come in rising order: so each one is behind those before it.
        for number in stride(from: visit.backwards ? keys.count - 1 : 0, to: visit.backwards ? -1 : keys.count, by: visit.backwards ? -1 : 1) {
            guard let place = keys.lend(number, { place(of: $0, in: nearest, visit, limit) }), version(number, in: view) != nil
            else { continue }
            if nearest.count == limit { nearest.removeLast() }
            nearest.insert(number, at: place)
        }
        return nearest.compactMap { number in version(number, in: view).map { row(number, $0) } }
    }

    /// Where a key belongs among the nearest; nil when it does not.
    private func place(of key: Bytes, in nearest: [Int], _ visit: TableVisit, _ limit: Int) -> Int? {
        guard visit.reaches(key) else { return nil }
        func isBefore(_ place: Int) -> Bool { keys.lend(nearest[place]) { visit.isBefore(key, $0) } }
        guard let last = nearest.indices.last, isBefore(last) else { return nearest.count < limit ? nearest.count : nil }
        var (low, high) = (0, last)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Numbers of the rows in the order of their keys.
    func sorted() -> [Int] { keys.sorted() }

    /// Lends a row as it was set last.
    func lend<Failure: Error>(_ number: Int, _ body: (_ key: Bytes, _ value: Bytes?) throws(Failure) -> Void) throws(Failure) {
        try keys.lend(number) { key throws(Failure) in
            guard let range = versions[newest[number]].value else { return try body(key, nil) }
            try values.lend { values throws(Failure) in try body(key, Bytes(rebasing: values[range])) }
        }
    }

    private func version(_ number: Int, in view: Range<LogKey>) -> Version? {
        var next = newest[number]
        while next >= 0 {
            if view.contains(versions[next].place) { return versions[next] }
            next = versions[next].before
        }
        return nil
    }

    private func row(_ number: Int, _ version: Version) -> ChangedRow {
        ChangedRow(key: keys.lend(number) { [UInt8]($0) }, value: version.value.map { [UInt8](values[$0]) })
    }
}
