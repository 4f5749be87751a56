import EventLog
import Kernel

/// Everything staged since the last commit, over the store as it was then.
///
/// Nothing here has happened yet: it is told to anyone only after the commit, and dropped without a trace if that fails.
final class Batch {
    let reader: any LogReader
    /// The time of every event of this batch: never before that of the last entry.
    let now: Timestamp
    let epoch: UInt32
    private(set) var head: LogHead
    var commit = Commit()
    /// Entry index by the id whose receipt it holds.
    private(set) var receipts: [String: Int] = [:]
    /// Business keys taken in this batch; the one table that is read back before the commit.
    private var businessKeys: [[UInt8]: [UInt8]] = [:]
    /// Sagas that ended in this batch: no longer in memory, and not yet to be read from the store.
    var endedSagas: [String: LoadedSaga] = [:]
    var steps = 0
    /// What must happen once the commit is durable.
    var answers: [(tag: Int, answer: Answer)] = []
    var settledSagas: [String] = []
    var registered: [RegisteredDefinition] = []
    var warnings: [String] = []

    /// `count` messages are expected; growing step by step would copy everything again and again.
    init(reader: any LogReader, clock: Timestamp, epoch: UInt32, count: Int = 1) {
        self.reader = reader
        answers.reserveCapacity(count)
        receipts.reserveCapacity(count)
        commit.entries.reserveCapacity(count)
        self.epoch = epoch
        head = reader.head
        now = max(clock, reader.head.time)
    }

    /// Adds one entry behind all others and returns where its stream stands then.
    func append(
        _ aggregate: AggregateID, after stream: StreamHead, events: [StoredBody], cause: consuming Cause, receipt: Receipt? = nil
    ) -> StreamHead {
        cause.epoch = epoch
        if receipt != nil { receipts[cause.command] = commit.entries.count }
        let entry = Entry(
            key: head.next, time: now, aggregate: aggregate, firstVersion: stream.version + 1, previous: stream.entryPosition,
            events: events, cause: cause, receipt: receipt)
        head = head.after(entry)
        let end = StreamHead(version: entry.lastVersion, position: entry.lastPosition, entryPosition: entry.key.position)
        // Last, so that the entry is moved and not copied with all it refers to.
        commit.entries.append(consume entry)
        return events.isEmpty ? stream : end
    }

    func write(_ table: Table, _ key: [UInt8], _ value: [UInt8]?) {
        commit.writes.append(TableWrite(table, key: key, value: value))
    }

    func takeBusinessKey(_ key: [UInt8], _ value: [UInt8]) {
        businessKeys[key] = value
        write(.businessKeys, key, value)
    }

    func businessKey(_ key: [UInt8]) throws -> [UInt8]? { try businessKeys[key] ?? reader.value(.businessKeys, key) }

    /// What was answered to this id, in this batch or before it.
    func receipt(of id: String) throws -> Receipt? {
        if let index = receipts[id] { return commit.entries[index].receipt }
        guard let key = try reader.receipt(id) else { return nil }
        return try reader.entry(at: key)?.receipt
    }
}
