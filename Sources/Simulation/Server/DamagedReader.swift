import EventLog
import Kernel

/// A view of a log in which one entry's checksum does not fit: whoever comes upon it is told, as by the real log.
struct DamagedReader: LogReader {
    let reader: any LogReader
    let damaged: LogKey

    var head: LogHead { reader.head }

    func entry(at key: LogKey) throws(LogFailure) -> Entry? {
        try check(key == damaged)
        return try reader.entry(at: key)
    }

    func visitLog(from position: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure) {
        var isMet = false
        try reader.visitLog(from: position, backwards: backwards) { isGood($0, &isMet) && visit($0) }
        try check(isMet)
    }

    func visitLog(after key: LogKey?, _ visit: (Entry) -> Bool) throws(LogFailure) {
        var isMet = false
        try reader.visitLog(after: key) { isGood($0, &isMet) && visit($0) }
        try check(isMet)
    }

    func visitStream(_ aggregate: AggregateID, from version: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)
    {
        var isMet = false
        try reader.visitStream(aggregate, from: version, backwards: backwards) { isGood($0, &isMet) && visit($0) }
        try check(isMet)
    }

    func stream(_ aggregate: AggregateID) throws(LogFailure) -> StreamHead? { try reader.stream(aggregate) }

    func visitKeys(ofType type: String, after key: String?, _ visit: (String) -> Bool) throws(LogFailure) {
        try reader.visitKeys(ofType: type, after: key, visit)
    }

    func receipt(_ id: String) throws(LogFailure) -> LogKey? { try reader.receipt(id) }

    func value(_ table: Table, _ key: [UInt8]) throws(LogFailure) -> [UInt8]? { try reader.value(table, key) }

    func visit(_ table: Table, from key: [UInt8], backwards: Bool, _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool)
        throws(LogFailure)
    { try reader.visit(table, from: key, backwards: backwards, visit) }

    private func isGood(_ entry: Entry, _ isMet: inout Bool) -> Bool {
        isMet = entry.key == damaged
        return !isMet
    }

    private func check(_ isMet: Bool) throws(LogFailure) {
        if isMet { throw .corrupt("the entry at \(damaged) is not what was written") }
    }
}
