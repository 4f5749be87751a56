import Kernel
import Wire

/// Definitions as documents, for sagas over the aggregates of the tests.
enum Sagas {
    static func definition(_ steps: [(String, JSON)], name: String = "test", version: Int64 = 1, _ more: [(String, JSON)] = [])
        -> JSON
    {
        let steps = JSON.object(JSONObject(uniqueKeysWithValues: steps))
        let top: [(String, JSON)] = [("saga", .string(name)), ("version", .int(version))]
        return .object(JSONObject(uniqueKeysWithValues: top + more + [("steps", steps)]))
    }

    /// Adds 1 to a counter, undone by taking it away.
    static func add(_ key: String, needs: [String] = [], _ more: [(String, JSON)] = []) -> JSON {
        let undo: JSON = ["command": "counter.add", "with": ["n": -1]]
        return step("counter.add", key, needs, [("with", ["n": 1]), ("undo", undo)] + more)
    }

    /// Passes a gate, undone by going back; `undo` adds to the undo.
    static func pass(
        _ key: String, needs: [String] = [], retry: JSON? = nil, undoRetry: JSON? = nil, _ more: [(String, JSON)] = []
    ) -> JSON {
        var undo = JSONObject(uniqueKeysWithValues: [("command", "gate.back"), ("with", [:] as JSON)])
        if let undoRetry { undo.append("retry", undoRetry) }
        return step("gate.pass", key, needs, [("undo", .object(undo))] + retried(retry) + more)
    }

    /// Passes a gate for good: the pivot, or behind it.
    static func passForGood(_ key: String, needs: [String] = [], retry: JSON? = nil, _ more: [(String, JSON)] = []) -> JSON {
        step("gate.pass", key, needs, retried(retry) + more)
    }

    static func sleep(_ duration: String, needs: [String] = []) -> JSON {
        var members: [(String, JSON)] = [("sleep", .string(duration))]
        if !needs.isEmpty { members.append(("needs", list(needs))) }
        return .object(JSONObject(uniqueKeysWithValues: members))
    }

    /// Tries again each second when the gate is closed (or locked).
    static func everySecond(_ attempts: JSON, only: String = "closed") -> JSON {
        ["attempts": attempts, "first": "1s", "factor": 1, "jitter": "none", "only": [.string(only)]]
    }

    /// `count` steps in a row, over `keys` counters.
    static func chain(_ count: Int, keys: Int = 5) -> [(String, JSON)] {
        (0..<count).map { index in ("s\(index)", add("c\(index % keys)", needs: index == 0 ? [] : ["s\(index - 1)"])) }
    }

    private static func retried(_ retry: JSON?) -> [(String, JSON)] { retry.map { [("retry", $0)] } ?? [] }

    private static func step(_ command: String, _ key: String, _ needs: [String], _ more: [(String, JSON)]) -> JSON {
        var members: [(String, JSON)] = [("command", .string(command)), ("key", .string(key))]
        if !needs.isEmpty { members.append(("needs", list(needs))) }
        return .object(JSONObject(uniqueKeysWithValues: members + more))
    }

    private static func list(_ names: [String]) -> JSON { .array(names.map { .string($0) }) }
}

extension EngineHarness {
    /// Starts a saga from an inline definition and gives its id.
    @discardableResult
    func start(_ definition: JSON, input: JSON = [:], id: String = "s") throws -> JSON {
        try request("saga.start", ["inline": definition, "input": input, "id": .string(id)])
    }

    func saga(_ id: String = "s") throws -> JSON { try request("saga.get", ["id": .string(id)]) }
    func state(_ id: String = "s") throws -> String? { try saga(id)["state"]?.stringValue }

    func step(_ name: String, of id: String = "s") throws -> JSON {
        try saga(id)["steps"]?.arrayValue?.first { $0["name"]?.stringValue == name } ?? .null
    }

    func aggregate(_ address: String) throws -> JSON {
        let parts = address.split(separator: "/", maxSplits: 1).map(String.init)
        return try request("aggregate.get", ["aggregate": .string(parts[0]), "key": .string(parts[1])])
    }

    /// The value of a counter; nil when it has no events.
    func counter(_ key: String) throws -> Int64? {
        do { return try aggregate("counter/\(key)")["state"]?["value"]?.intValue } catch let fault as Fault
            where fault.code == .notFound
        {
            return nil
        }
    }

    /// All events of the log, the system's unless they are left out.
    func events(_ arguments: [(String, JSON)] = []) throws -> [JSON] {
        var all: [JSON] = []
        var from: JSON = .null
        repeat {
            let given = JSONObject(uniqueKeysWithValues: arguments + [("limit", 1_000), ("from", from)])
            let page = try request("event.read", .object(given))
            all += page["events"]?.arrayValue ?? []
            from = page["next"] ?? .null
        } while from != .null
        return all
    }

    /// `step.started a` and so on, of one saga.
    func story(_ id: String = "s") throws -> [String] {
        let history = try request("saga.history", ["id": .string(id), "limit": 1_000])["events"]?.arrayValue ?? []
        return history.map { event in
            [event["name"]?.stringValue, event["body"]?["step"]?.stringValue].compactMap(\.self).joined(separator: " ")
        }
    }

    func gate(_ key: String, open: Bool = true, backOpen: Bool = true) throws {
        try command("gate/\(key)", "set", ["open": .bool(open), "backOpen": .bool(backOpen)])
    }
}
