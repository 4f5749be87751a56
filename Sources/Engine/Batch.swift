public import EventLog
import Kernel
import Wire

/// Everything staged since the last commit, over the store as it was then.
///
/// Nothing here has happened yet: it is told to anyone only after the commit, and dropped without a trace if that fails.
///
/// For whoever drives the engine: what to commit, and nothing else.
public final class Batch {
    /// The view lent while messages are decided; each share of a batch has its own.
    var reader: any LogReader
    /// The time of every event of this batch: never before that of the last entry.
    let now: Timestamp
    let epoch: UInt32
    @exclusivity(unchecked)
    private(set) var head: LogHead
    @exclusivity(unchecked)
    public internal(set) var commit = Commit()
    /// Ids with a receipt here, and the index of the entry that holds it.
    @exclusivity(unchecked)
    private var answeredIDs: ByteTable
    @exclusivity(unchecked)
    private var answeredBy: [Int] = []
    /// Business keys taken in this batch; the one table that is read back before the commit.
    private var businessKeys = ByteTable()
    private var holders: [[UInt8]] = []
    /// Sagas that ended in this batch: no longer in memory, and not all of it to be read from the store yet.
    private var endedSagas = ByteTable()
    /// Sagas whose timer was moved in this batch: the one that the store still has is over.
    var retimedSagas: Set<String> = []
    /// Rows of sagas that have moved from one state to another.
    var sagaCounts = SagaCounts()
    /// Sagas that could not be read or continued in this batch.
    var parkedSagas: Set<String> = []
    var steps = 0
    /// What must happen once the commit is durable.
    @exclusivity(unchecked)
    var answers: [BatchAnswer] = []
    /// Something was staged, or an answer taken from what is staged, since this was last cleared.
    var isTouched = false
    /// More sagas are due than one batch runs.
    var isBehind = false
    /// What workers are told whatever becomes of the commit, and the tasks they are given only with it.
    var pushes: [WorkerFrame] = []
    var tasks: [WorkerFrame] = []
    /// Leases opened and closed: taken back when nothing of it is written.
    var opened: [Lease] = []
    var closed: [Lease] = []
    /// Answers taken from workers: asked for again when nothing of it is written.
    var heard: [(peer: PeerID, task: WireID)] = []
    /// Lanes of the queue to which rows were added.
    var crowded: Set<QueueLane> = []
    /// Rows of the queue that were looked at.
    var offered: Set<QueueRow> = []
    /// Commands for workers that were concluded, taken in durably (and whether they were new), and aggregates that can only be
    /// folded when this batch is written.
    var retired: [(number: Int, command: RemoteCommand)] = []
    var accepted: [(number: Int, isNew: Bool)] = []
    var unfolded: [AggregateID] = []
    var decidedOwn = 0
    /// Connections that are no workers any more.
    var departed: [PeerID] = []
    var settledSagas: [String] = []
    var registered: [RegisteredDefinition] = []
    var warnings: [String] = []

    init(reader: any LogReader, clock: Timestamp, epoch: UInt32, room: BatchRoom = BatchRoom(), messages: Int = 1) {
        self.reader = reader
        let count = max(room.answers, messages)
        answers.reserveCapacity(count)
        answeredIDs = ByteTable(capacity: count)
        answeredBy.reserveCapacity(count)
        commit.reserveCapacity(room.entries, bytes: room.bytes)
        self.epoch = epoch
        head = reader.head
        now = max(clock, reader.head.time)
    }

    /// Nothing in it but commands and sagas of this server's own aggregates: the next batch can be decided upon it before it is
    /// durable.
    var isPlain: Bool {
        registered.isEmpty && parkedSagas.isEmpty && pushes.isEmpty && tasks.isEmpty && opened.isEmpty && closed.isEmpty
            && heard.isEmpty && offered.isEmpty && retired.isEmpty && accepted.isEmpty && unfolded.isEmpty && decidedOwn == 0
            && departed.isEmpty
    }

    /// How the next batch sees it.
    private(set) lazy var pending = PendingCommit(commit, head: head) { [unowned self] id in index(of: id) }

    /// Adds one entry behind all others and returns where its stream stands then.
    func append(
        _ aggregate: AggregateID, after stream: StreamHead, events: [StoredBody], cause: consuming Cause, receipt: Receipt? = nil
    ) -> StreamHead {
        cause.epoch = epoch
        if receipt != nil { answer(cause.command) }
        isTouched = true
        let key = head.next
        let first = stream.version + (Mutant.versionSkipped.isActive && events.count > 2 ? 2 : 1)
        let count = UInt64(events.count)
        head = head.after(events: events.count, at: now)
        commit.append(
            Entry(
                key: key, time: now, aggregate: aggregate, firstVersion: first, previous: stream.entryPosition, events: events,
                cause: cause, receipt: receipt))
        guard count > 0 else { return stream }
        return StreamHead(version: first + count - 1, position: key.position + count - 1, entryPosition: key.position)
    }

    /// The next entry holds the receipt of this id.
    private func answer(_ id: String) {
        let (number, isNew) = id.withBytes { answeredIDs.insert($0) }
        if isNew { answeredBy.append(commit.records.count) } else { answeredBy[number] = commit.records.count }
    }

    private func index(of id: String) -> Int? { id.withBytes { answeredIDs.number(of: $0) }.map { answeredBy[$0] } }

    /// Entries of an aggregate staged by now, oldest first.
    func entries(of aggregate: AggregateID) -> [Entry] {
        commit.records.indices.filter { commit.records.lend($0) { $0.isOf(aggregate) } }.map { commit.records.entry($0) }
    }

    func end(saga id: String) { _ = id.withBytes { endedSagas.insert($0) } }

    func hasEnded(saga id: String) -> Bool { endedSagas.count > 0 && id.withBytes { endedSagas.contains($0) } }

    func write(_ table: Table, _ key: [UInt8], _ value: [UInt8]?) {
        commit.writes.append(TableWrite(table, key: key, value: value))
    }

    func takeBusinessKey(_ key: [UInt8], _ value: [UInt8]) {
        if Mutant.businessKeyNotTaken.isActive { return }
        let (number, isNew) = key.withUnsafeBytes { businessKeys.insert($0) }
        if isNew { holders.append(value) } else { holders[number] = value }
        write(.businessKeys, key, value)
    }

    func businessKey(_ key: [UInt8]) throws -> [UInt8]? {
        if let number = key.withUnsafeBytes({ businessKeys.number(of: $0) }) { return holders[number] }
        return try reader.value(.businessKeys, key)
    }

    /// What was answered to this id, in this batch or before it.
    func receipt(of id: String) throws -> Receipt? {
        if let index = index(of: id) {
            isTouched = true
            return commit.records.entry(index).receipt
        }
        return try reader.answer(to: id)
    }
}

/// An answer held back until its batch is durable.
public struct BatchAnswer: Sendable {
    public let tag: Int
    public let answer: Answer
    /// It rests on what this batch writes.
    let isStaged: Bool
    /// When nothing is written it is not told: whoever waits goes on waiting.
    var isAskedAgain = false
}
