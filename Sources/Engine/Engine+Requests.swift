import EventLog
import Kernel
import Wire

/// The requests that change something. All others are served by `Queries`, beside the writer.
extension Engine {
    /// Names of the operations the writer serves.
    public static let operations = [
        "command.submit", "def.register", "saga.cancel", "saga.repair", "saga.start", "saga.terminate", "worker.list",
    ]

    func run(_ request: OperationRequest, actor: String?, _ space: SpaceState, _ batch: Batch) throws -> Answer {
        let arguments = try Arguments(request)
        if request.operation == "command.submit" { return try submit(arguments, request, actor: actor, space, batch) }
        if request.operation == "worker.list" { return try workers(arguments) }
        let content = Content.of(request)
        if let known = try repeated(request.id.text, content, batch) { return known }
        guard space < .red else { throw Fault(.readOnly, "the disk is full; nothing can be written") }
        let cause = try cause(request.id.text, request.headers, actor: actor, batch)
        let call = RequestCall(arguments: arguments, cause: cause, content: content)
        switch request.operation {
        case "saga.start": return try startSaga(call, space, batch)
        case "saga.cancel": return try cancelSaga(call, batch)
        case "saga.terminate": return try terminateSaga(call, batch)
        case "saga.repair": return try repairSaga(call, batch)
        case "def.register": return try register(call, space, batch)
        default: throw Fault(.unknownOperation, "there is no operation '\(request.operation)'")
        }
    }

    /// The command inside has its own id, in the namespace of `command`. It is decided in this very batch, so that by the
    /// time `accepted` is told both the command and its result are durable.
    private func submit(
        _ arguments: Arguments, _ request: OperationRequest, actor: String?, _ space: SpaceState, _ batch: Batch
    ) throws -> Answer {
        let text = try arguments.string("id")
        guard text != "-", let id = WireID(text) else {
            throw Fault(.badRequest, "command.submit: 'id' must be 1 to 64 bytes, no '-' alone, no '$' in front")
        }
        let address = AggregateID(try arguments.string("aggregate"), try arguments.string("key"))
        guard Names.isKey(address.key) else {
            throw Fault(.badRequest, "command.submit: 'key' must be 1 to 255 bytes without control characters")
        }
        if address.isSystem {
            throw Fault(.forbidden, "aggregate types that begin with '$' are the system's; they take no commands")
        }
        let command = CommandRequest(
            id: id, aggregate: address, expected: try arguments.optionalNumber("expected"), name: try arguments.string("name"),
            headers: request.headers, body: try arguments.object("body")?.bytes ?? [])
        if isRemote(address.type) { return try submitRemote(command, actor: actor, space, batch) }
        let isKnown = try batch.receipt(of: text) != nil
        switch try run(command, actor: actor, space, batch) {
        case .fault(let fault) where ![.rejected, .conflict, .handlerFailed].contains(fault.code): return .fault(fault)
        default:
            let answer: JSON = ["id": .string(text), "state": isKnown ? "done" : "accepted"]
            return .answer(answer.bytes)
        }
    }

    /// The answer to a request and the receipt that remembers it.
    func answered(_ json: JSON, _ call: RequestCall) -> (Answer, Receipt) { answered(json.bytes, call) }

    func answered(_ body: [UInt8], _ call: RequestCall) -> (Answer, Receipt) {
        (.answer(body), Receipt(content: call.content, code: nil, version: nil, position: nil, body: body))
    }

    /// Registers a definition under its name and version; the same text again is no change.
    private func register(_ call: RequestCall, _ space: SpaceState, _ batch: Batch) throws -> Answer {
        guard space == .green else { throw Fault(.readOnly, "the disk is nearly full; only running sagas go on") }
        let source = try call.arguments.string("source")
        guard source.utf8.count <= EngineLimits.definitionSource else {
            throw Fault(.tooLarge, "the definition has \(source.utf8.count) bytes; \(EngineLimits.definitionSource) are allowed")
        }
        let candidate = library.read(source, at: batch.now)
        guard candidate.definition != nil else { throw DefinitionAnswers.invalid(candidate) }
        let (answer, receipt) = answered(DefinitionAnswers.checked(candidate), call)
        let stream = AggregateID(DefinitionLibrary.type, candidate.name)
        let known = library.find(candidate.name, version: candidate.version, staged: batch.registered)
        if let known, !known.source.hasBytes(of: source) { throw DefinitionAnswers.conflict(known: known, offered: candidate) }
        guard library.count + batch.registered.count < EngineLimits.definitions || known != nil else {
            throw Fault(.tooLarge, "this server already holds \(EngineLimits.definitions) definitions")
        }
        let head =
            try definitionHeads[stream.key] ?? batch.reader.stream(stream)
            ?? StreamHead(version: 0, position: 0, entryPosition: 0)
        let events = known == nil ? [candidate.event] : []
        definitionHeads[stream.key] = batch.append(stream, after: head, events: events, cause: call.cause, receipt: receipt)
        if known == nil { batch.registered.append(candidate) }
        return answer
    }
}

/// One request on its way through the engine.
struct RequestCall {
    let arguments: Arguments
    let cause: Cause
    let content: [UInt8]
}
