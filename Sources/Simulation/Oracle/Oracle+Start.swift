/// Definitions, and the sagas that begin with them.
extension Oracle {
    /// A registered name and version never changes.
    mutating func register(_ definition: SimulatedDefinition) -> ClientReply {
        if let known = definitions[definition.name]?[definition.version], known != definition {
            return .fault(code: "conflict", reason: nil)
        }
        install(definition)
        return .registered
    }

    /// By the id, then by the business key, the saga may be there already; else it begins, and runs as far as it goes.
    mutating func start(
        _ wish: SagaOrder, madeUp: String?, at now: Int64, _ order: inout OracleOrder
    ) throws(Disagreement) -> ClientReply {
        guard let definition = wish.inline ?? registered(wish.definition, wish.version) else {
            return .fault(code: "not_found", reason: nil)
        }
        if let id = wish.saga, let saga = runs[id] {
            let isSame = saga.inline == wish.inline && (wish.version ?? saga.definition.version) == saga.definition.version
            return isSame ? Self.answer(wish, definition, with: saga) : .fault(code: "id_reused", reason: nil)
        }
        let key = definition.hasKey ? wish.key : nil
        if let key, let saga = saga(of: definition.name, key), !(wish.again && Self.mayBeFollowed(saga)) {
            return Self.answer(wish, definition, with: saga)
        }
        guard let id = wish.saga ?? madeUp, runs[id] == nil else {
            throw Disagreement(saga: madeUp ?? "(none)", why: "a new saga begins here, but the engine made up no new id for it")
        }
        var saga = OracleSaga(id: id, definition: definition, order: wish, at: now)
        try saga.turn(at: now, on: &store, &order)
        runs[id] = saga
        if let key { keys[definition.name, default: [:]][key] = id }
        return .started(saga: id, state: saga.shownState, existing: false)
    }

    /// nil version: the highest.
    private func registered(_ name: String, _ version: Int?) -> SimulatedDefinition? {
        guard let versions = definitions[name], let version = version ?? versions.keys.max() else { return nil }
        return versions[version]
    }

    private func saga(of definition: String, _ key: String) -> OracleSaga? {
        keys[definition]?[key].flatMap { runs[$0] }
    }

    private static func mayBeFollowed(_ saga: OracleSaga) -> Bool {
        ["compensated", "terminated"].contains(saga.picture.status)
    }

    private static func answer(
        _ wish: SagaOrder, _ definition: SimulatedDefinition, with saga: OracleSaga
    ) -> ClientReply {
        let isSame = saga.definition.name == definition.name && saga.flag == wish.flag && saga.inputKey == wish.key
        guard isSame else { return .fault(code: "id_reused", reason: nil) }
        return .started(saga: saga.picture.id, state: saga.shownState, existing: true)
    }
}
