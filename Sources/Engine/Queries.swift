public import EventLog
import Kernel
import SagaModel
public import Wire

/// Every request that only reads. Runs beside the writer, on any thread that may block, and sees all that was committed
/// before it began.
public struct Queries: Sendable {
    public let log: any EventLog
    public let library: DefinitionLibrary
    let clock: any Clock
    /// How long an id is remembered, in milliseconds.
    public let retention: Int64
    let sagaReader: SagaReader

    public init(log: any EventLog, library: DefinitionLibrary, clock: any Clock, configuration: EngineConfiguration) {
        self.log = log
        self.library = library
        self.clock = clock
        retention = configuration.retention
        sagaReader = SagaReader(library: library)
    }

    /// Names of the operations served here; `server.info` is the server's own.
    public static let operations = [
        "aggregate.get", "command.result", "def.check", "def.get", "def.list", "event.read", "saga.get", "saga.history",
        "saga.list",
    ]

    /// Whether a read is for the writer: workers fold what it asks for.
    public func isForWorkers(_ request: OperationRequest) -> Bool {
        guard request.operation == "aggregate.get", let arguments = try? Arguments(request),
            let type = try? arguments.optionalString("aggregate")
        else { return false }
        return library.isRemote(type)
    }

    /// Answers one request; never throws: every way to fail is a fault.
    public func answer(_ request: OperationRequest) -> Answer {
        do { return .answer(try json(request).bytes) } catch let fault as Fault {
            return .fault(fault)
        } catch let parked as Parked {
            return .fault(Fault(.internal, parked.description, ["reason": "parked"]))
        } catch {
            return .fault(Fault(.internal, "the store cannot be read here: \(error); run `skald store verify --data DIR`"))
        }
    }

    private func json(_ request: OperationRequest) throws -> JSON {
        let arguments = try Arguments(request)
        switch request.operation {
        case "aggregate.get": return try aggregate(arguments)
        case "command.result": return try result(arguments)
        case "def.check": return try check(arguments)
        case "def.get": return try definition(arguments)
        case "def.list": return try definitions(arguments)
        case "event.read": return try events(arguments)
        case "saga.get": return try saga(arguments)
        case "saga.history": return try history(arguments)
        case "saga.list": return try sagas(arguments)
        default: throw Fault(.unknownOperation, "there is no operation '\(request.operation)'")
        }
    }

    // MARK: commands

    /// What became of a command: its reply, or `pending` when nothing is known of it yet.
    private func result(_ arguments: Arguments) throws -> JSON {
        let id = try arguments.string("id")
        let (known, isWaiting) = try log.read { reader in
            let known = try reader.answer(to: id)
            return (known, try known == nil && WireID(id) != nil && reader.value(.inbox, Inbox.key(id)) != nil)
        }
        if isWaiting { return ["state": "pending"] }
        guard let receipt = known else { throw try unknownResult(id, arguments) }
        var body = try JSON.parse(receipt.body, maximumDepth: JSON.storedDepth)
        guard let code = receipt.code else {
            guard let version = receipt.version else { return ["state": "done", "ok": ["result": body]] }
            let position = Int64(receipt.position ?? 0)
            return ["state": "done", "ok": ["version": .int(Int64(version)), "position": .int(position), "result": body]]
        }
        var error = JSONObject(uniqueKeysWithValues: [("code", .string(code))])
        if case .object(let details) = body { for member in details.members { error.append(member.key, member.value) } }
        body = .object(error)
        return ["state": "done", "error": body]
    }

    private func unknownResult(_ id: String, _ arguments: Arguments) throws -> Fault {
        if isForgotten(id) {
            return Fault(.gone, "the id '\(id)' is older than the \(retention / 1000) s for which results are kept")
        }
        return Fault(.notFound, "no command with the id '\(id)' has been seen")
    }

    // MARK: definitions

    private func check(_ arguments: Arguments) throws -> JSON {
        let source = try arguments.string("source")
        guard source.utf8.count <= EngineLimits.definitionSource else {
            throw Fault(.tooLarge, "the definition has \(source.utf8.count) bytes; \(EngineLimits.definitionSource) are allowed")
        }
        let candidate = library.read(source, at: clock.now())
        guard candidate.definition != nil else { throw DefinitionAnswers.invalid(candidate) }
        return DefinitionAnswers.checked(candidate)
    }

    private func definition(_ arguments: Arguments) throws -> JSON {
        let name = try arguments.string("name")
        let version = try arguments.optionalNumber("version").map { Int(clamping: $0) }
        guard let found = library.find(name, version: version) else {
            let hint = Suggestion.nearest(to: name, among: library.names).map { "; did you mean '\($0)'?" } ?? ""
            throw Fault(.notFound, "there is no definition '\(name)'\(version.map { " version \($0)" } ?? "")\(hint)")
        }
        var view = Self.view(found)
        view.append("source", .string(found.source))
        return .object(view)
    }

    private func definitions(_ arguments: Arguments) throws -> JSON {
        let name = try arguments.optionalString("name")
        let limit = try arguments.limit("limit", standard: QueryLimits.largestPage, most: QueryLimits.largestPage)
        let after = try arguments.optionalString("after").map { (text) throws(Fault) in try Self.cursor(text) }
        let all = library.all().filter { name == nil || $0.name == name }
        let start = after.map { after in all.firstIndex { after < DefinitionCursor($0) } ?? all.count } ?? 0
        var page = ListPage()
        var taken = start
        while taken < all.count, taken - start < limit, !page.isFull {
            page.add(.object(Self.view(all[taken])))
            taken += 1
        }
        let next: JSON = taken < all.count ? .string(DefinitionCursor(all[taken - 1]).text) : .null
        return ["definitions": .array(page.views), "next": next]
    }

    private static func cursor(_ text: String) throws(Fault) -> DefinitionCursor {
        guard let cursor = DefinitionCursor(text) else {
            throw Fault(.badRequest, "def.list: 'after' must be a 'next' of def.list, like book-trip/2")
        }
        return cursor
    }

    private static func view(_ found: RegisteredDefinition) -> JSONObject {
        var view = JSONObject()
        view.append("name", .string(found.name))
        view.append("version", .int(Int64(found.version)))
        view.append("description", .optional(found.definition?.summary))
        view.append("enabled", .bool(found.definition != nil))
        view.append("problems", .array(found.problems.map(\.json)))
        view.append("registered", .string(found.registered.description))
        return view
    }
}
