import Kernel

extension Ready {
    /// Reads the body of `ready`. What it does not name has the default of `init`; fields it does not know are ignored.
    init(_ body: [UInt8]) throws(Fault) {
        let fields = try bodyObject("'ready'", body)
        self.init()
        actions = try Self.names(fields, "actions", "an action")
        aggregates = try Self.names(fields, "aggregates", "an aggregate")
        credit = try Self.integer(fields, "credit", WorkerLimits.credit) ?? credit
        heartbeatMilliseconds = try Self.integer(fields, "heartbeat_ms", WorkerLimits.heartbeat) ?? heartbeatMilliseconds
        dedupes = try Self.boolean(fields, "dedupes") ?? dedupes
        schema = try Self.integer(fields, "schema", WorkerLimits.schema) ?? schema
        holding = try Self.tasks(fields)
        limits = try Self.limits(fields, of: actions)
    }

    private static func integer(_ fields: JSONObject, _ name: String, _ range: ClosedRange<Int64>) throws(Fault) -> Int64? {
        guard let value = fields[name] else { return nil }
        guard let number = value.intValue, range.contains(number) else {
            throw .malformed("'\(name)' must be an integer from \(range.lowerBound) to \(range.upperBound)\(but(value))")
        }
        return number
    }

    private static func boolean(_ fields: JSONObject, _ name: String) throws(Fault) -> Bool? {
        guard let value = fields[name] else { return nil }
        guard let flag = value.boolValue else { throw .malformed("'\(name)' must be true or false\(but(value))") }
        return flag
    }

    private static func strings(_ fields: JSONObject, _ name: String, _ limit: Int) throws(Fault) -> [String] {
        guard let value = fields[name] else { return [] }
        guard let items = value.arrayValue else { throw .malformed("'\(name)' must be a list of strings\(but(value))") }
        guard items.count <= limit else { throw .malformed("'\(name)' has \(items.count) entries; \(limit) are allowed") }
        var texts: [String] = []
        texts.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            guard let text = item.stringValue else { throw .malformed("'\(name)[\(index)]' must be a string\(but(item))") }
            texts.append(text)
        }
        return texts
    }

    private static func names(_ fields: JSONObject, _ field: String, _ kind: String) throws(Fault) -> [String] {
        let names = try strings(fields, field, WorkerLimits.names)
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            guard Names.isName(name) else {
                throw .malformed(
                    "'\(field)[\(index)]': '\(name.prefix(64))' cannot name \(kind): "
                        + "a lower-case letter, then up to 62 lower-case letters, digits, '_', '.' or '-'")
            }
            guard seen.insert(name).inserted else { throw .malformed("'\(field)[\(index)]': '\(name)' is named twice") }
        }
        return names
    }

    private static func tasks(_ fields: JSONObject) throws(Fault) -> [WireID] {
        var tasks: [WireID] = []
        for (index, text) in try strings(fields, "holding", WorkerLimits.holding).enumerated() {
            guard let task = WireID(text) else { throw .malformed("'holding[\(index)]' is not the id of a task") }
            tasks.append(task)
        }
        return tasks
    }

    private static func limits(_ fields: JSONObject, of actions: [String]) throws(Fault) -> [Limit] {
        guard let value = fields["limits"] else { return [] }
        guard let object = value.objectValue else { throw .malformed("'limits' must be an object\(but(value))") }
        let known = Set(actions)
        var limits: [Limit] = []
        for (action, value) in object.members {
            guard known.contains(action) else { throw .malformed("'limits': '\(action.prefix(64))' is not among 'actions'") }
            guard let entry = value.objectValue else { throw .malformed("'limits.\(action)' must be an object\(but(value))") }
            limits.append(try limit(action, entry))
        }
        return limits
    }

    private static func limit(_ action: String, _ entry: JSONObject) throws(Fault) -> Limit {
        var limit = Limit(action: action)
        if let value = entry["concurrent"] {
            guard let number = value.intValue, (1...WorkerLimits.credit.upperBound).contains(number) else {
                throw .malformed(
                    "'limits.\(action).concurrent' must be an integer from 1 to \(WorkerLimits.credit.upperBound)\(but(value))")
            }
            limit.concurrent = number
        }
        if let value = entry["per_second"] {
            guard let number = value.number, number > 0, number <= WorkerLimits.perSecond else {
                throw .malformed("'limits.\(action).per_second' must be a number above 0, at most 1000000\(but(value))")
            }
            limit.perSecond = number
        }
        return limit
    }

    /// What stands there instead, when that is short.
    private static func but(_ value: JSON) -> String {
        switch value {
        case .int(let number): ", not \(number)"
        case .double(let number): ", not \(number)"
        default: ", not \(value.kind)"
        }
    }
}

extension JSON {
    fileprivate var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
