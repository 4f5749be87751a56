public import Kernel

// One line per operation of the protocol; what each means is said at `Call`.
extension SkaldClient {
    public func serverInfo() throws(SkaldError) -> JSON { try perform(.serverInfo) }

    public func aggregate(_ type: String, _ key: String, at moment: Moment = .now) throws(SkaldError) -> JSON {
        try perform(.aggregate(AggregateID(type, key), at: moment))
    }

    public func events(
        aggregate: String? = nil, key: String? = nil, from: UInt64? = nil, limit: Int? = nil, backwards: Bool = false
    ) throws(SkaldError) -> Page {
        try perform(.events(aggregate: aggregate, key: key, from: from, limit: limit, backwards: backwards))
    }

    /// Makes a command durable without waiting for its decision; gives the id to ask `commandResult` with.
    @discardableResult public func submit(_ command: Command, id: String? = nil) throws(SkaldError) -> String {
        let id = id ?? makeID()
        try perform(.submit(command, id: id))
        return id
    }

    public func commandResult(_ id: String, wait: Duration = .zero) throws(SkaldError) -> CommandResult {
        try perform(.commandResult(id, wait: wait))
    }

    @discardableResult public func startSaga(
        _ definition: String, version: Int64? = nil, input: JSON, id: String? = nil, key: String? = nil, again: Bool = false
    ) throws(SkaldError) -> StartedSaga {
        try perform(.startSaga(definition, version: version, input: input, id: id, key: key, again: again))
    }

    @discardableResult public func startSaga(
        inline definition: JSON, input: JSON, id: String? = nil, key: String? = nil
    ) throws(SkaldError) -> StartedSaga {
        try perform(.startSaga(inline: definition, input: input, id: id, key: key))
    }

    public func saga(_ id: String, wait: Duration = .zero) throws(SkaldError) -> JSON { try perform(.saga(id, wait: wait)) }

    public func sagas(
        state: String? = nil, definition: String? = nil, key: String? = nil, overdue: Bool = false, after: JSON? = nil,
        limit: Int? = nil, backwards: Bool = false
    ) throws(SkaldError) -> Page {
        try perform(
            .sagas(
                state: state, definition: definition, key: key, overdue: overdue, after: after, limit: limit, backwards: backwards
            ))
    }

    public func sagaHistory(_ id: String, from: UInt64? = nil, limit: Int? = nil) throws(SkaldError) -> Page {
        try perform(.sagaHistory(id, from: from, limit: limit))
    }

    @discardableResult public func cancelSaga(_ id: String, reason: String) throws(SkaldError) -> JSON {
        try perform(.cancelSaga(id, reason: reason))
    }

    @discardableResult public func terminateSaga(_ id: String, reason: String) throws(SkaldError) -> JSON {
        try perform(.terminateSaga(id, reason: reason))
    }

    @discardableResult public func repairSaga(
        _ id: String, step: String, index: Int64? = nil, _ act: Repair, with value: JSON? = nil, reason: String
    ) throws(SkaldError) -> JSON {
        try perform(.repairSaga(id, step: step, index: index, act, with: value, reason: reason))
    }

    public func checkDefinition(_ source: String) throws(SkaldError) -> JSON { try perform(.checkDefinition(source)) }

    @discardableResult public func registerDefinition(_ source: String) throws(SkaldError) -> JSON {
        try perform(.registerDefinition(source))
    }

    public func definitions() throws(SkaldError) -> JSON { try perform(.definitions) }

    public func definition(_ name: String, version: Int64? = nil) throws(SkaldError) -> JSON {
        try perform(.definition(name, version: version))
    }
}
