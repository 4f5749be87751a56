public import Kernel

/// A consistent view of the store, lent for the length of a closure.
///
/// Every entry handed out has passed its CRC and digest; one that has not is a thrown `LogFailure.corrupt` naming its place,
/// never a silently shorter stream.
public protocol LogReader {
    /// The state after the last commit.
    var head: LogHead { get }

    /// The entry at exactly this key.
    func entry(at key: LogKey) throws(LogFailure) -> Entry?
    /// Visits entries in log order (or from the newest back) until the visitor returns false. Forwards it begins with the
    /// entry that holds the event at `position`, or the next one; backwards with the entry that holds it, or the one
    /// before. Entries without events are visited too.
    func visitLog(from position: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)

    /// Visits every entry behind `key` (nil: from the first) in log order, until the visitor returns false.
    func visitLog(after key: LogKey?, _ visit: (Entry) -> Bool) throws(LogFailure)

    /// Version of the last event and where its entry stands; nil for an aggregate without events.
    func stream(_ aggregate: AggregateID) throws(LogFailure) -> StreamHead?
    /// Visits one aggregate's entries with events, beginning with the one that holds `version` (forwards: or the next;
    /// backwards: or the last), until the visitor returns false.
    func visitStream(_ aggregate: AggregateID, from version: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)
    /// Visits the keys of a type that have events, in byte order, after `key`, until the visitor returns false.
    func visitKeys(ofType type: String, after key: String?, _ visit: (String) -> Bool) throws(LogFailure)

    /// The entry that holds the receipt of this id.
    func receipt(_ id: String) throws(LogFailure) -> LogKey?

    func value(_ table: Table, _ key: [UInt8]) throws(LogFailure) -> [UInt8]?
    /// Visits a table's rows from `key` (inclusive) in byte order, or from `key` back, until the visitor returns false.
    func visit(_ table: Table, from key: [UInt8], backwards: Bool, _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool)
        throws(LogFailure)
}
