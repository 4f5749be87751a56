public import EventLog
public import Kernel

/// Stages entries where the log goes on, with the versions and back references an engine would give them.
public struct LogScribe {
    public let log: any EventLog
    public private(set) var head: LogHead
    public var commit = Commit()
    private var streams: [[UInt8]: StreamHead] = [:]

    public init(_ log: any EventLog) throws {
        self.log = log
        head = try log.read { $0.head }
    }

    /// Stages an entry with one event for each body. `receipt` names what was answered.
    @discardableResult
    public mutating func add(
        _ aggregate: AggregateID, _ bodies: [String], id: String? = nil, receipt: Receipt? = nil, cause: Cause? = nil,
        after milliseconds: Int64 = 1
    ) throws -> Entry {
        let name = Array(aggregate.description.utf8)
        let known = try streams[name] ?? log.read { try $0.stream(aggregate) }
        let entry = Entry(
            key: head.next, time: head.time.advanced(by: milliseconds), aggregate: aggregate,
            firstVersion: (known?.version ?? 0) + 1, previous: known?.entryPosition ?? 0,
            events: bodies.map { StoredBody(name: "noted", schema: 1, body: Array($0.utf8)) },
            cause: cause ?? Cause(command: id ?? "c-\(head.next)"), receipt: receipt)
        if !bodies.isEmpty { streams[name] = StreamHead(entry) }
        head = head.after(entry)
        commit.append(entry)
        return entry
    }

    /// Makes what was staged durable; answers its entries.
    @discardableResult
    public mutating func write() throws -> [Entry] {
        let written = commit
        commit = Commit()
        try log.commit(written)
        return written.entries
    }

    /// A receipt as an accepted command gets it.
    public static func receipt(_ body: String = "{}", code: String? = nil) -> Receipt {
        Receipt(
            content: [UInt8](repeating: 7, count: 16), code: code, version: code == nil ? 1 : nil,
            position: code == nil ? 1 : nil,
            body: Array(body.utf8))
    }
}
