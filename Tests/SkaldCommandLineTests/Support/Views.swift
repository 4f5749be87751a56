import Kernel

/// Saga views as a server answers them.
enum Views {
    static func saga(
        _ state: String, reason: String? = nil, error: JSON = .null, ended: String? = "2026-11-21T14:02:11.004Z", steps: [JSON],
        output: JSON = .null, flags: [String] = []
    ) -> JSON {
        let view: JSON = [
            "id": "t-1", "definition": "book-trip", "version": 1, "key": "t-1", "state": .string(state),
            "paused": .bool(flags.contains("paused")), "overdue": .bool(flags.contains("overdue")), "reason": .optional(reason),
            "input": ["trip": "t-1"], "output": output, "error": error, "started": "2026-11-21T14:02:11.000Z",
            "ended": .optional(ended), "steps": .array(steps),
        ]
        guard flags.contains("cancel noted"), var noted = view.objectValue else { return view }
        noted["cancel_requested"] = "changed my mind"
        return .object(noted)
    }

    static func step(
        _ name: String, _ state: String, attempts: Int64 = 1, result: JSON = .null, error: JSON = .null, certainty: String? = nil,
        undo: JSON = .null
    ) -> JSON {
        [
            "name": .string(name), "state": .string(state), "attempts": .int(attempts), "result": result, "error": error,
            "certainty": .optional(certainty), "undo": undo,
        ]
    }

    static func undo(_ state: String, attempts: Int64 = 1, error: JSON = .null, action: String? = nil) -> JSON {
        var undo: JSONObject = JSONObject(uniqueKeysWithValues: [("state", .string(state)), ("attempts", .int(attempts))])
        undo["input"] = [:]
        undo["error"] = error
        undo["command"] = action.map { .string($0) }
        return .object(undo)
    }

    static let declined: JSON = ["code": "declined", "message": "over the limit"]

    static let compensated = saga(
        "compensated", reason: "step_failed", error: ["step": "charge", "code": "declined", "message": "over the limit"],
        steps: [
            step("hotel", "completed", result: ["reservation": "r-2"], undo: undo("undone", action: "hotel.release")),
            step("flight", "completed", result: [:], undo: undo("undone")),
            step("charge", "failed", error: declined, certainty: "none"),
        ])
}
