import EventLog
import Kernel
import Wire

/// Commands on single aggregates: the hot path.
extension Engine {
    func run(_ command: CommandRequest, actor: String?, _ space: SpaceState, _ batch: Batch) throws -> Answer {
        let content = Content.of(command)
        if let known = try repeated(command.id.text, content, batch) { return known }
        return try decide(command, content, actor: actor, space, batch)
    }

    /// The answer given before to this id, or nil when it is new.
    func repeated(_ id: String, _ content: [UInt8], _ batch: Batch) throws -> Answer? {
        guard let receipt = try batch.receipt(of: id) else {
            try refuseOtherContent(id, content)
            return nil
        }
        guard receipt.content == content || Mutant.receiptIgnoresContent.isActive else { throw Self.reused(id) }
        return Answer(receipt)
    }

    private func decide(
        _ command: CommandRequest, _ content: [UInt8], actor: String?, _ space: SpaceState, _ batch: Batch
    ) throws -> Answer {
        let handler = try handler(command.aggregate.type)
        guard space == .green else { throw Fault(.readOnly, "the disk is nearly full; only running sagas go on") }
        return try decide(command, handler, content, batch) {
            try self.cause(command.id.text, command.headers, actor: actor, batch)
        }
    }

    func decide(
        _ command: CommandRequest, _ handler: AggregateHandler, _ content: [UInt8], _ batch: Batch, _ cause: () throws -> Cause
    ) throws -> Answer {
        let body = try Self.object(command.body, what: "the command's body")
        let resident = try load(command.aggregate, handler, batch)
        let call = CommandCall(
            name: command.name, body: body, key: command.aggregate.key, version: resident.loaded.head.version,
            expected: command.expected)
        let cause = try cause()
        let outcome = perform(call, &resident.loaded, batch)
        guard case .accepted(let events, let result) = outcome else {
            return try settle(outcome, command, resident.loaded, cause, content, batch)
        }
        do { return try accept(events, result, command.aggregate, resident, cause, content, batch) } catch {
            try reload(command.aggregate, handler, batch)
            throw error
        }
    }

    /// What a command comes to that was not accepted.
    private func settle(
        _ outcome: CommandOutcome, _ command: CommandRequest, _ loaded: LoadedAggregate, _ cause: Cause, _ content: [UInt8],
        _ batch: Batch
    ) throws -> Answer {
        switch outcome {
        case .accepted: preconditionFailure("it was accepted")
        case .refused(let refusal) where refusal.kind == .notFound: throw Fault(.notFound, refusal.message)
        case .refused(let refusal):
            let fault = Fault(.rejected, refusal.message, JSONObject(uniqueKeysWithValues: [("reason", .string(refusal.code))]))
            return remember(fault, command.aggregate, loaded, cause, content, batch)
        case .conflict:
            let fault = Self.conflict(command.aggregate, expected: command.expected ?? 0, actual: loaded.head.version)
            return remember(fault, command.aggregate, loaded, cause, content, batch)
        case .failed(let why):
            let fault = Fault(.handlerFailed, "\(why); nothing was stored")
            tell(failed: command.name, of: command.aggregate, seeing: "command result \(command.id.text)", batch)
            let answer = remember(fault, command.aggregate, loaded, cause, content, batch)
            if loaded.isSpoilt { try reload(command.aggregate, loaded.handler, batch) }
            return answer
        case .unknownCommand: throw Self.unknownCommand(command.name, loaded.handler)
        case .malformed(let why): throw Fault(.badRequest, "\(command.aggregate.type).\(command.name): \(why)")
        }
    }

    /// Stages an accepted command: its events and the receipt. The state is there already.
    private func accept(
        _ events: [StoredEvent], _ result: JSON, _ id: AggregateID, _ resident: ResidentAggregate, _ cause: Cause,
        _ content: [UInt8], _ batch: Batch
    ) throws(Fault) -> Answer {
        let bodies = try Self.stored(events)
        let answer = result.bytes
        guard answer.count <= EngineLimits.body else { throw Fault(.tooLarge, "the result has \(answer.count) bytes") }
        let head = resident.loaded.head
        let version = head.version + UInt64(events.count)
        let position = events.isEmpty ? head.position : batch.head.next.position + UInt64(events.count) - 1
        let receipt = Receipt(content: content, code: nil, version: version, position: position, body: answer)
        let kept = Mutant.receiptNotStored.isActive && !bodies.isEmpty ? nil : receipt
        resident.loaded.head = batch.append(id, after: head, events: bodies, cause: cause, receipt: kept)
        grow(resident, by: bodies)
        snapshot(&resident.loaded, id, batch)
        return .accepted(version: version, position: position, result: answer)
    }

    /// Stages the receipt of an answer without events.
    private func remember(
        _ fault: Fault, _ id: AggregateID, _ loaded: LoadedAggregate, _ cause: Cause, _ content: [UInt8], _ batch: Batch
    ) -> Answer {
        if Mutant.refusalNotRemembered.isActive { return .fault(fault) }
        let receipt = Receipt(content: content, code: fault.code.rawValue, version: nil, position: nil, body: fault.body.bytes)
        _ = batch.append(id, after: loaded.head, events: [], cause: cause, receipt: receipt)
        return .fault(fault)
    }

    static func conflict(_ id: AggregateID, expected: UInt64, actual: UInt64) -> Fault {
        Fault(
            .conflict, "\(id) is at version \(actual), not \(expected); read it again and decide anew",
            JSONObject(uniqueKeysWithValues: [
                ("expected", .int(Int64(clamping: expected))), ("actual", .int(Int64(clamping: actual))),
            ]))
    }

    static func unknownCommand(_ name: String, _ handler: AggregateHandler) -> Fault {
        let hint = Suggestion.nearest(to: name, among: handler.commandNames).map { "; did you mean '\($0)'?" } ?? ""
        return Fault(.unknownCommand, "\(handler.type) has no command '\(name)'\(hint)")
    }

    func handler(_ type: String) throws(Fault) -> AggregateHandler {
        if let handler = registry[type] { return handler }
        let hint = Suggestion.nearest(to: type, among: library.aggregateTypes).map { "; did you mean '\($0)'?" } ?? ""
        throw Fault(.unknownAggregate, "there is no aggregate type '\(type)'\(hint)")
    }

    /// Who and what made a client's message happen. Its correlation must not look like a saga's doing.
    func cause(_ id: String, _ headers: [Header], actor: String?, _ batch: Batch) throws -> Cause {
        if headers.isEmpty { return Cause(command: id, actor: actor) }
        let correlation = headers.value("correlation")
        if let correlation, try loadSaga(correlation, batch) != nil {
            throw Fault(.badRequest, "the correlation '\(correlation)' is the id of a saga; only its own steps carry it")
        }
        return Cause(
            command: id, correlation: correlation, causation: headers.value("causation"), actor: actor,
            headers: Self.stored(headers))
    }

    /// What is stored of a message's headers: all but those that have a field of their own or concern only the message.
    static func stored(_ headers: [Header]) -> [Cause.Header] {
        headers.filter { !["correlation", "causation", "deadline_ms"].contains($0.name) }.map {
            Cause.Header(name: $0.name, value: $0.value)
        }
    }

    static func object(_ bytes: [UInt8], what: @autoclosure () -> String) throws(Fault) -> JSON {
        if bytes.isEmpty { return [:] }
        let json: JSON
        do { json = try JSON.parse(bytes) } catch {
            throw Fault(.badRequest, "\(what()) is not JSON: \(error.message) at byte \(error.offset)")
        }
        guard case .object = json else { throw Fault(.badRequest, "\(what()) is \(json.kind), not an object") }
        return json
    }
}
