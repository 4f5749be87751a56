public import Kernel

extension Call where Answer == StartedSaga {
    /// Starts a registered definition: the highest version unless one is given.
    public static func startSaga(
        _ definition: String, version: Int64? = nil, input: JSON, id: String? = nil, key: String? = nil, again: Bool = false
    ) -> Call {
        Call(
            "saga.start",
            [
                "definition": text(definition), "version": version.map { .int($0) }, "input": input, "id": text(id),
                "key": text(key),
                "again": again ? true : nil,
            ], started)
    }

    /// Starts a definition that is given along and not registered.
    public static func startSaga(inline definition: JSON, input: JSON, id: String? = nil, key: String? = nil) -> Call {
        Call("saga.start", ["inline": definition, "input": input, "id": text(id), "key": text(key)], started)
    }

    private static var started: @Sendable (JSON) throws(SkaldError) -> StartedSaga {
        { (answer) throws(SkaldError) in
            guard let id = answer["id"]?.stringValue, let state = answer["state"]?.stringValue else {
                throw .malformedReply("the answer to saga.start lacks 'id' or 'state'")
            }
            return StartedSaga(id: id, state: state, existing: answer["existing"]?.boolValue ?? false)
        }
    }
}

extension Call where Answer == JSON {
    /// The saga's view; with `wait` once it has ended, got stuck, or the time is up.
    public static func saga(_ id: String, wait: Duration = .zero) -> Call {
        Call("saga.get", ["id": text(id), "wait_ms": waiting(wait)], wait: wait)
    }

    /// Rolls a saga back. `reason` is for the history.
    public static func cancelSaga(_ id: String, reason: String) -> Call {
        Call("saga.cancel", ["id": text(id), "reason": text(reason)])
    }

    /// Stops a saga now and undoes nothing.
    public static func terminateSaga(_ id: String, reason: String) -> Call {
        Call("saga.terminate", ["id": text(id), "reason": text(reason)])
    }

    /// Acts on one step of a stuck saga; `with` is the new input or result, where `act` takes one.
    public static func repairSaga(
        _ id: String, step: String, index: Int64? = nil, _ act: Repair, with value: JSON? = nil, reason: String
    ) -> Call {
        Call(
            "saga.repair",
            [
                "id": text(id), "step": text(step), "index": index.map { .int($0) }, "do": text(act.rawValue), "with": value,
                "reason": text(reason),
            ])
    }

    /// Checks a definition without keeping it: `{name, version, warnings, proof}`.
    public static func checkDefinition(_ source: String) -> Call { Call("def.check", ["source": text(source)]) }

    public static func registerDefinition(_ source: String) -> Call { Call("def.register", ["source": text(source)]) }

    /// `{name, version, source, …}`.
    public static func definition(_ name: String, version: Int64? = nil) -> Call {
        Call("def.get", ["name": text(name), "version": version.map { .int($0) }])
    }

    public static var definitions: Call { Call("def.list") }
}

extension Call where Answer == Page {
    /// Views without steps, oldest first unless `backwards`. A page of few that fit may be short, and even empty, with a `next`.
    public static func sagas(
        state: String? = nil, definition: String? = nil, key: String? = nil, overdue: Bool = false, after: JSON? = nil,
        limit: Int? = nil, backwards: Bool = false
    ) -> Call {
        Call(
            "saga.list",
            [
                "state": text(state), "definition": text(definition), "key": text(key), "overdue": overdue ? true : nil,
                "after": after, "limit": limit.map { .int(Int64($0)) }, "backwards": backwards ? true : nil,
            ], Page.decode("sagas"))
    }

    /// A saga's events, oldest first.
    public static func sagaHistory(_ id: String, from: UInt64? = nil, limit: Int? = nil) -> Call {
        Call(
            "saga.history", ["id": text(id), "from": integer(from), "limit": limit.map { .int(Int64($0)) }], Page.decode("events")
        )
    }
}
