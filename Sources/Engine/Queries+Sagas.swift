import EventLog
import Kernel
import SagaModel
import Wire

/// Views, lists and histories of sagas.
extension Queries {
    func saga(_ arguments: Arguments) throws -> JSON {
        let id = try arguments.string("id")
        let now = clock.now()
        return try log.read { reader in
            guard let saga = try sagaReader.load(id, reader) else { throw Fault(.notFound, "there is no saga '\(id)'") }
            return saga.state.view(at: now)
        }
    }

    /// Whether a saga has ended or is stuck, so that a wait for it is over; nil when there is none.
    public func isSettled(saga id: String) throws -> Bool? {
        try log.read { reader in
            try sagaReader.load(id, reader).map { $0.state.isEnded || $0.state.isStuck }
        }
    }

    /// Whether an id has a result.
    public func hasResult(_ id: String) throws -> Bool { try log.read { try $0.receipt(id) != nil } }

    /// Whether a wait for this id could ever end well: it can be one, and what it names would be remembered.
    public func canBecomeKnown(_ id: String, of operation: String) -> Bool {
        operation == "command.result" ? WireID(id) != nil && !isForgotten(id) : Names.isSagaID(id)
    }

    /// Whether a UUIDv7 is older than the time for which results are kept.
    func isForgotten(_ id: String) -> Bool { UUIDv7.time(of: id).map { $0 < clock.now().advanced(by: -retention) } ?? false }

    func history(_ arguments: Arguments) throws -> JSON {
        let id = try arguments.string("id")
        let limit = try arguments.limit("limit", standard: QueryLimits.page, most: QueryLimits.largestPage)
        let from = try arguments.optionalNumber("from") ?? 1
        var page = EventPage(limit: limit, backwards: false, store: log.identity.uuid)
        page.byVersion = true
        try log.read { reader in
            guard try reader.stream(SagaTables.stream(id)) != nil else { throw Fault(.notFound, "there is no saga '\(id)'") }
            try reader.visitStream(SagaTables.stream(id), from: from, backwards: false) { page.add($0, within: from) }
        }
        if let failure = page.failure { throw failure }
        return ["events": .array(page.events), "next": page.next.map { .int(Int64(clamping: $0)) } ?? .null]
    }

    func sagas(_ arguments: Arguments) throws -> JSON {
        let limit = try arguments.limit("limit", standard: QueryLimits.page, most: QueryLimits.largestPage)
        let definition = try arguments.optionalString("definition")
        let isOverdue = try arguments.flag("overdue")
        let states = try states(arguments, isOverdue: isOverdue)
        let after = try arguments.optionalNumber("after")
        let backwards = try arguments.flag("backwards")
        let key = try arguments.optionalString("key")
        return try log.read { reader in
            let last = try lastPosition(key, definition, reader)
            var scan = SagaScan(definition: definition, after: after, upTo: last, backwards: backwards, limit: limit)
            try scan.run(states, reader)
            let now = clock.now()
            var page = ListPage()
            for row in scan.found {
                if page.isFull { break }
                let view = try summary(row.id, at: now, reader)
                let hasKey = key == nil || (view["key"]?.stringValue).hasBytes(of: key)
                if hasKey, !isOverdue || view["overdue"] == true { page.add(view) }
                page.last = row.position
            }
            let next = page.last == scan.found.last?.position ? scan.next : page.last
            return ["sagas": .array(page.views), "next": next.map { .int(Int64($0)) } ?? .null]
        }
    }

    /// The states that a list is of, none for all: what is overdue has not ended.
    private func states(_ arguments: Arguments, isOverdue: Bool) throws -> [String] {
        guard let state = try arguments.optionalString("state") else { return isOverdue ? SagaTables.liveStates : [] }
        guard SagaTables.shownStates.contains(state) else {
            let known = SagaTables.shownStates.joined(separator: ", ")
            throw Fault(.badRequest, "saga.list: there is no state '\(state)'; the states are \(known)")
        }
        return [state]
    }

    /// Where the youngest saga begins that a list of a business key can show; nil when that is not known.
    ///
    /// The key's holder is the last that was started with it. Older ones may have it too, so the list still looks for them.
    private func lastPosition(_ key: String?, _ definition: String?, _ reader: any LogReader) throws -> UInt64? {
        guard let key, let definition else { return nil }
        guard Names.isKey(key), Names.isSagaName(definition),
            let holder = try reader.value(.businessKeys, SagaTables.businessKey(definition, key))
        else { return 0 }
        var start: UInt64?
        try reader.visitStream(SagaTables.stream(String(decoding: holder, as: UTF8.self)), from: 1, backwards: false) { entry in
            start = entry.key.position
            return false
        }
        return start
    }

    /// A damaged or unreadable saga must not hide the others from a list.
    private func summary(_ id: String, at now: Timestamp, _ reader: any LogReader) throws -> JSON {
        do {
            guard let saga = try sagaReader.load(id, reader) else { return ["id": .string(id), "state": "stuck"] }
            return .object(saga.state.summary(at: now))
        } catch {
            return [
                "id": .string(id), "state": "stuck",
                "error": ["step": .null, "code": "internal", "message": .string("\(error)")],
            ]
        }
    }
}
