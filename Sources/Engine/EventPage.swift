import EventLog
import Kernel

/// One page of events being gathered: bounded in number, bytes and work.
struct EventPage {
    private(set) var events: [JSON] = []
    /// The `from` of the following page; nil at the end.
    private(set) var next: UInt64?
    private(set) var failure: JSONError?
    /// `from` and `next` are versions of one stream, else positions.
    var byVersion = false
    private let limit: Int
    private let backwards: Bool
    private let store: String
    private var bytes = 0
    private var visited = 0

    init(limit: Int, backwards: Bool, store: String) {
        self.limit = limit
        self.backwards = backwards
        self.store = store
    }

    /// Passes over an entry of another type; false when enough work was done for one page.
    mutating func skip(_ entry: Entry, _ head: LogHead) -> Bool {
        visited += 1
        guard visited >= QueryLimits.visited else { return true }
        let following = backwards ? entry.key.position - 1 : entry.key.position + UInt64(entry.events.count)
        next = following >= 1 && following <= head.position ? following : nil
        return false
    }

    /// Adds an entry's events that lie within `start` (from it on, or up to it backwards); false when the page is full.
    mutating func add(_ entry: Entry, within start: UInt64) -> Bool {
        let offsets = backwards ? Array(entry.events.indices.reversed()) : Array(entry.events.indices)
        for offset in offsets {
            let version = entry.firstVersion + UInt64(offset)
            let place = byVersion ? version : entry.key.position + UInt64(offset)
            if backwards ? place > start : place < start { continue }
            guard events.count < limit, bytes < QueryLimits.answer else {
                next = place
                return false
            }
            do {
                events.append(try EventView.json(entry, offset, store: store))
                bytes += entry.events[offset].body.count + 300
            } catch {
                failure = error
                return false
            }
        }
        return true
    }
}

/// An event as PROTOCOL section 3 shows it.
enum EventView {
    static func json(_ entry: Entry, _ offset: Int, store: String) throws(JSONError) -> JSON {
        let event = entry.events[offset]
        let position = entry.key.position + UInt64(offset)
        var headers = JSONObject()
        for header in entry.cause.headers { headers.append(header.name, .string(header.value)) }
        var view = JSONObject()
        view.append("position", .int(Int64(position)))
        view.append("aggregate", .string(entry.aggregate.type))
        view.append("key", .string(entry.aggregate.key))
        view.append("version", .int(Int64(entry.firstVersion + UInt64(offset))))
        view.append("name", .string(event.name))
        view.append("body", try JSON.parse(event.body, maximumDepth: JSON.storedDepth))
        view.append("time", .string(entry.time.description))
        view.append("id", .string("\(store)-\(position)"))
        view.append("command", .string(entry.cause.command))
        view.append("correlation", .optional(entry.cause.correlation))
        view.append("causation", .optional(entry.cause.causation))
        view.append("actor", .optional(entry.cause.actor))
        view.append("schema", .int(Int64(event.schema)))
        view.append("headers", .object(headers))
        return .object(view)
    }
}
