public import EventLog
public import Kernel
public import SagaModel
import SagaText
import Synchronization

/// A definition as registered: one version of a name, for ever. A class, because every start looks one up.
public final class RegisteredDefinition: Sendable {
    public let name: String
    public let version: Int
    public let source: String
    /// nil when it cannot run here now; `problems` says why.
    public let definition: Definition?
    /// Of commands that could be cut elsewhere too, as it was registered: it is the same for ever, whatever else becomes known.
    let types: [String]
    public let problems: [Problem]
    public let warnings: [Problem]
    public let registered: Timestamp

    init(
        name: String, version: Int, source: String, definition: Definition?, types: [String], problems: [Problem],
        warnings: [Problem], registered: Timestamp
    ) {
        self.name = name
        self.version = version
        self.source = source
        self.definition = definition
        self.types = types
        self.problems = problems
        self.warnings = warnings
        self.registered = registered
    }

    /// The fact that the log keeps of it, under `$definition/<name>`.
    var event: StoredBody {
        var body = JSONObject(uniqueKeysWithValues: [("version", .int(Int64(version))), ("source", .string(source))])
        if !types.isEmpty { body.append("types", .array(types.map { .string($0) })) }
        return StoredBody(name: "definition.registered", schema: 1, body: JSON.object(body).bytes)
    }
}

/// Every definition this server knows, parsed. Shared by the writer, which adds, and the readers; safe from any thread.
public final class DefinitionLibrary: Sendable {
    static let type = "$definition"

    private struct State {
        /// Versions of each name, rising.
        var byName: [String: [RegisteredDefinition]] = [:]
        var count = 0
        /// By their text and types.
        var inline: [ByteKey: InlineDefinition] = [:]
        /// Types that workers have offered.
        var remote: Set<String> = []
    }

    private let state = Mutex(State())
    public let registry: Registry

    public init(registry: Registry) { self.registry = registry }

    /// Reads every registered definition from the log.
    public convenience init(registry: Registry, log: any EventLog) throws {
        self.init(registry: registry)
        try log.read { reader in
            try RemoteType.visit(reader) { type in _ = state.withLock { $0.remote.insert(type) } }
            var names: [String] = []
            try reader.visitKeys(ofType: Self.type, after: nil) { key in
                names.append(key)
                return true
            }
            for name in names {
                var found: [RegisteredDefinition] = []
                try reader.visitStream(AggregateID(Self.type, name), from: 1, backwards: false) { entry in
                    found += entry.events.compactMap { self.parse($0, of: name, at: entry.time) }
                    return true
                }
                found.forEach(add)
            }
        }
    }

    private func parse(_ event: StoredBody, of name: String, at time: Timestamp) -> RegisteredDefinition? {
        guard let body = try? JSON.parse(event.body, maximumDepth: JSON.storedDepth), let source = body["source"]?.stringValue
        else {
            return nil
        }
        let version = body["version"]?.intValue.map { Int($0) }
        let types = body["types"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return read(source, at: time, as: Registration(name: name, version: version, types: types))
    }

    /// Checks a definition's text; what comes back has a name and a version only if those could be read. One that is registered
    /// has those of its event, so that it can be told from others also when its text cannot be read here.
    func read(_ source: String, at time: Timestamp, as known: Registration? = nil) -> RegisteredDefinition {
        let reading = DefinitionReader.read(source: source, catalog: catalog, types: known?.types ?? [])
        return RegisteredDefinition(
            name: known?.name ?? reading.name ?? "", version: known?.version ?? reading.version ?? 0, source: source,
            definition: reading.definition, types: reading.types, problems: reading.problems, warnings: reading.warnings,
            registered: time)
    }

    func add(_ definition: RegisteredDefinition) {
        state.withLock { state in
            var versions = state.byName[definition.name] ?? []
            state.count -= versions.count
            versions.removeAll { $0.version == definition.version }
            versions.append(definition)
            state.byName[definition.name] = versions.sorted { $0.version < $1.version }
            state.count += versions.count
        }
    }

    // MARK: types of workers

    /// Whether workers decide for a type: one has offered it, now or at some time, and it is not compiled in.
    public func isRemote(_ type: String) -> Bool { registry[type] == nil && state.withLock { $0.remote.contains(type) } }

    /// The types that workers decide for, in order.
    public var remoteTypes: [String] { state.withLock { $0.remote.filter { registry[$0] == nil }.sorted() } }

    /// What definitions may send commands to.
    var catalog: ServerCatalog { ServerCatalog(registry: registry, remote: Set(remoteTypes)) }
    var aggregateTypes: [String] { catalog.aggregateTypes }

    /// Workers offer a type; true when it is new. Definitions that could not run without it are read again.
    func learn(_ type: String) -> Bool {
        let isNew = state.withLock { state in
            guard state.remote.insert(type).inserted else { return false }
            // What starts to come bring along may be cut otherwise now.
            state.inline.removeAll()
            return true
        }
        guard isNew else { return false }
        for disabled in all() where disabled.definition == nil {
            let known = Registration(name: disabled.name, version: disabled.version, types: disabled.types)
            let again = read(disabled.source, at: disabled.registered, as: known)
            if again.definition != nil { add(again) }
        }
        return true
    }

    public var count: Int { state.withLock { $0.count } }

    /// The given version, or the highest.
    public func find(_ name: String, version: Int? = nil) -> RegisteredDefinition? {
        state.withLock { state in
            guard let versions = state.byName[name] else { return nil }
            return version.map { wanted in versions.first { $0.version == wanted } } ?? versions.last
        }
    }

    /// The same, with those registered in a batch that is not durable yet.
    func find(_ name: String, version: Int?, staged: [RegisteredDefinition]) -> RegisteredDefinition? {
        if staged.isEmpty { return find(name, version: version) }
        let fresh = staged.filter { $0.name == name && (version == nil || $0.version == version) }
        return (fresh + [find(name, version: version)].compactMap(\.self)).max { $0.version < $1.version }
    }

    /// All of them, by name and version.
    public func all() -> [RegisteredDefinition] {
        state.withLock { state in
            state.byName.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { state.byName[$0] ?? [] }
        }
    }

    public var names: [String] { state.withLock { $0.byName.keys.sorted() } }

    /// The definition a saga began with; it keeps that one to its end. `staged` are registered in a batch that is not durable yet.
    func definition(of start: SagaStart, staged: [RegisteredDefinition] = []) throws -> Definition {
        if let inline = start.inline {
            if let definition = self.inline(inline, types: start.types).definition { return definition }
        } else if let definition = find(start.definition, version: start.version, staged: staged)?.definition {
            return definition
        }
        throw Parked(description: "the definition \(start.definition) v\(start.version) cannot be read by this server")
    }

    /// Checks a definition that a start brings along, or brought along with these `types`; a few are kept parsed.
    func inline(_ source: JSON, types: [String] = []) -> InlineDefinition {
        let text = source.text
        let key = ByteKey(types.isEmpty ? text : text + "\n" + types.joined(separator: " "))
        if let known = state.withLock({ $0.inline[key] }) { return known }
        let reading = DefinitionReader.read(source, catalog: catalog, types: types)
        let found = InlineDefinition(definition: reading.definition, types: reading.types, problems: reading.problems)
        if found.definition != nil {
            state.withLock { state in
                if state.inline.count >= EngineLimits.inlineDefinitions { state.inline.removeAll() }
                state.inline[key] = found
            }
        }
        return found
    }
}
