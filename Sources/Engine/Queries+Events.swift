import EventLog
import Kernel
import Wire

/// Reading events and folding aggregates, as they are and as they were.
extension Queries {
    func events(_ arguments: Arguments) throws -> JSON {
        let type = try arguments.optionalString("aggregate")
        let key = try arguments.optionalString("key")
        let limit = try arguments.limit("limit", standard: QueryLimits.page, most: QueryLimits.largestPage)
        let backwards = try arguments.flag("backwards")
        let from = try arguments.optionalNumber("from")
        if key != nil, type == nil { throw Fault(.badRequest, "event.read: 'key' needs 'aggregate'") }
        if let type, !Names.isName(type), !AggregateID(type, "").isSystem {
            throw Fault(.badRequest, "event.read: '\(type.prefix(64))' cannot name an aggregate type")
        }
        var page = EventPage(limit: limit, backwards: backwards, store: log.identity.uuid)
        try log.read { reader in
            if let type, let key {
                let start = from ?? (backwards ? .max : 1)
                page.byVersion = true
                try reader.visitStream(AggregateID(type, key), from: start, backwards: backwards) { page.add($0, within: start) }
            } else {
                let start = from ?? (backwards ? .max : 1)
                try visitEvents(reader, from: start, backwards: backwards) { entry in
                    if let type, entry.aggregate.type != type { return page.skip(entry, reader.head) }
                    return page.add(entry, within: start)
                }
            }
        }
        if let failure = page.failure { throw failure }
        return ["events": .array(page.events), "next": page.next.map { .int(Int64(clamping: $0)) } ?? .null]
    }

    /// Visits the entries that hold events. Answers without events may lie between two of them in any number; they stand at
    /// the position of the event to come, so a look for that event passes over them at once.
    private func visitEvents(
        _ reader: any LogReader, from start: UInt64, backwards: Bool, _ visit: (Entry) -> Bool
    ) throws {
        var position: UInt64? = start
        while let from = position {
            position = nil
            try reader.visitLog(from: from, backwards: backwards) { entry in
                guard entry.events.isEmpty else { return visit(entry) }
                if backwards {
                    position = entry.key.position > 1 ? entry.key.position - 1 : nil
                } else if entry.key.position <= reader.head.position {
                    position = entry.key.position
                }
                return false
            }
        }
    }

    /// The state of one aggregate, now or at some point of the past.
    func aggregate(_ arguments: Arguments) throws -> JSON {
        let id = AggregateID(try arguments.string("aggregate"), try arguments.string("key"))
        if id.type == DefinitionLibrary.type || id.type == SagaTables.type {
            throw Fault(
                .badRequest, "the system's aggregates are shown by \(id.type == SagaTables.type ? "saga.get" : "def.get")")
        }
        guard let handler = library.registry[id.type] else {
            let hint = Suggestion.nearest(to: id.type, among: library.aggregateTypes).map { "; did you mean '\($0)'?" } ?? ""
            throw Fault(.unknownAggregate, "there is no aggregate type '\(id.type)'\(hint)")
        }
        let bound = try Self.bound(arguments)
        return try log.read { reader in
            guard let head = try reader.stream(id) else { throw Fault(.notFound, "\(id) has no events") }
            let loaded: LoadedAggregate
            if let bound {
                if case .version(let version) = bound, version > head.version {
                    throw Queries.later(than: head.version, id, version)
                }
                loaded = try Hydration.load(id, handler, upTo: bound, reader)
            } else {
                loaded = try Hydration.load(id, handler, reader)
            }
            let state = loaded.head.version == 0 ? JSON.null : try handler.encode(loaded.state)
            return [
                "aggregate": .string(id.type), "key": .string(id.key), "version": .int(Int64(loaded.head.version)),
                "state": state,
            ]
        }
    }

    /// What was asked for is still to come; what there is stands in the details.
    static func later(than last: UInt64, _ id: AggregateID, _ version: UInt64) -> Fault {
        Fault(
            .notFound, "\(id) is at version \(last); there is no version \(version) yet",
            ["expected": .int(Int64(clamping: version)), "actual": .int(Int64(last))])
    }

    static func bound(_ arguments: Arguments) throws -> Hydration.Bound? {
        let version = try arguments.optionalNumber("version")
        let position = try arguments.optionalNumber("position")
        let time = try arguments.optionalString("time")
        guard [version != nil, position != nil, time != nil].filter(\.self).count <= 1 else {
            throw Fault(.badRequest, "aggregate.get takes one of 'version', 'position' and 'time'")
        }
        if let version { return .version(version) }
        if let position { return .position(position) }
        guard let time else { return nil }
        guard let instant = Timestamp(time) else {
            throw Fault(.badRequest, "aggregate.get: 'time' must be RFC 3339 in UTC, like 2026-01-31T12:00:00.000Z")
        }
        return .time(instant)
    }
}

/// Bounds of one answer.
enum QueryLimits {
    static let page = 100
    static let largestPage = 1_000
    /// A list answer stops near this many bytes and gives `next`.
    static let answer = 1 << 20
    /// Entries looked at for one page; a filter that matches little gives a short page and `next`.
    static let visited = 20_000
}
