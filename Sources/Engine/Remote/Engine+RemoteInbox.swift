import EventLog
import Kernel
import Wire

/// Commands that were accepted before anybody has decided them: durable, decided in order, and each with one result.
extension Engine {
    func runRemote(
        _ command: CommandRequest, tag: Int, actor: String?, _ space: SpaceState, _ batch: Batch
    ) throws -> Answer? {
        let content = Content.of(command)
        if let known = try repeated(command.id.text, content, batch) { return known }
        try takeIn(command, content, tag: tag, actor: actor, space, batch)
        return nil
    }

    /// `command.submit`: accepted as soon as the command is durable.
    func submitRemote(_ command: CommandRequest, actor: String?, _ space: SpaceState, _ batch: Batch) throws -> Answer {
        let content = Content.of(command)
        let id = command.id.text
        if try repeated(id, content, batch) != nil { return Self.submitted(id, "done") }
        guard Names.isName(command.name) else {
            throw Fault(.badRequest, "command.submit: 'name' must be [a-z][a-z0-9_.-]{0,62}")
        }
        if let number = remote.number(of: .client(ByteKey(id))), let waiting = remote.commands[number] {
            batch.isTouched = true
            if waiting.inbox != nil { return Self.submitted(id, "accepted") }
            guard space == .green else { throw Fault(.readOnly, "the disk is nearly full; only running sagas go on") }
            let position = try enterInbox(command, waiting.cause, batch)
            remote.change(number) { $0.inbox = position }
            batch.accepted.append((number, isNew: false))
        } else {
            var waiting = try remoteCommand(command, content, actor: actor, space, batch)
            waiting.inbox = try enterInbox(command, waiting.cause, batch)
            batch.accepted.append((remote.add(waiting), isNew: true))
        }
        return Self.submitted(id, "accepted")
    }

    private static func submitted(_ id: String, _ state: String) -> Answer {
        .answer((["id": .string(id), "state": .string(state)] as JSON).bytes)
    }

    /// Stages the fact that a command was accepted, and the rows that find it. Returns where it stands.
    private func enterInbox(_ command: CommandRequest, _ cause: Cause, _ batch: Batch) throws -> UInt64 {
        let stream = AggregateID(Inbox.type, command.id.text)
        let head = try batch.reader.stream(stream) ?? StreamHead(version: 0, position: 0, entryPosition: 0)
        let event = try Inbox.event(command)
        let position = batch.head.next.position
        _ = batch.append(stream, after: head, events: [event], cause: cause)
        batch.write(.inbox, Inbox.key(position), Array(command.id.text.utf8))
        batch.write(.inbox, Inbox.key(command.id.text), SagaTables.bigEndian(position))
        return position
    }

    /// It is decided.
    func leaveInbox(_ command: RemoteCommand, _ batch: Batch) {
        guard let position = command.inbox else { return }
        batch.write(.inbox, Inbox.key(position), nil)
        batch.write(.inbox, Inbox.key(command.id), nil)
    }

    /// The batch that accepted them was not written: who waits for them is told, as whoever submitted them is.
    func forgetAccepted(_ batch: Batch) -> [AggregateID] {
        var touched: [AggregateID] = []
        for (number, isNew) in batch.accepted {
            remote.change(number) { $0.inbox = nil }
            guard isNew, let command = remote.remove(number) else { continue }
            touched.append(command.aggregate)
            let fault = Fault(.readOnly, "the disk is full; nothing was written, send it again when there is space")
            for waiter in command.waiters {
                guard let waiter = remote.endWait(waiter) else { continue }
                batch.answers.append(BatchAnswer(tag: waiter.tag, answer: .fault(fault), isStaged: false))
            }
        }
        return touched
    }

    /// At the start: what was accepted and not decided, in order.
    func queueInbox() throws {
        try log.read { reader in
            var positions: [UInt64] = []
            try reader.visit(.inbox, from: [0], backwards: false) { key, _ in
                guard let position = Inbox.position(key) else { return false }
                positions.append(position)
                return true
            }
            for position in positions {
                do { try queue(position, reader) } catch {
                    remote.warnings.append("the command accepted at position \(position) cannot be read: \(error)")
                }
            }
        }
    }

    private func queue(_ position: UInt64, _ reader: any LogReader) throws {
        var found: Entry?
        try reader.visitLog(from: position, backwards: false) { entry in
            found = entry
            return false
        }
        guard let found, let command = try Inbox.command(found, at: position) else {
            throw LogFailure.corrupt("there is no command.accepted")
        }
        let waiting = RemoteCommand(command, found.cause, Content.of(command), inbox: position)
        if registry[command.aggregate.type] == nil { remote.add(waiting) } else { remote.own.append((command, waiting)) }
    }

    /// Decides what was accepted for workers of a type that is compiled in now.
    func decideOwn(_ batch: Batch) {
        for (command, waiting) in remote.own.prefix(EngineLimits.offersPerBatch) {
            var answer = Answer.fault(Fault(.internal, "\(command.aggregate) cannot be read"))
            do {
                let handler = try handler(command.aggregate.type)
                answer = try decide(command, handler, waiting.content, batch) { waiting.cause }
            } catch let fault as Fault { answer = .fault(fault) } catch {
                batch.warnings.append("\(command.aggregate): \(error)")
            }
            if case .fault(let fault) = answer, (try? batch.receipt(of: waiting.id)) == .some(nil) {
                remember(fault, of: waiting, batch)
            }
            leaveInbox(waiting, batch)
            batch.decidedOwn += 1
        }
    }

    /// A receipt where a command would have none: whoever was told `accepted` finds a result.
    func remember(_ fault: Fault, of command: RemoteCommand, _ batch: Batch) {
        let receipt = Receipt(
            content: command.content, code: fault.code.rawValue, version: nil, position: nil, body: fault.body.bytes)
        let head = StreamHead(version: 0, position: 0, entryPosition: 0)
        let stream = (try? batch.reader.stream(command.aggregate)) ?? head
        _ = batch.append(command.aggregate, after: stream, events: [], cause: command.cause, receipt: receipt)
    }
}

/// How commands that wait are kept.
enum Inbox {
    static let type = "$command"

    /// Position of the acceptance (8 bytes, big-endian).
    static func key(_ position: UInt64) -> [UInt8] { SagaTables.bigEndian(position) }
    /// No position is so far that its key begins like this.
    static func key(_ id: String) -> [UInt8] { Array("id/\(id)".utf8) }

    /// nil behind the last of them.
    static func position(_ key: [UInt8]) -> UInt64? {
        key.count == 8 && !key.starts(with: Array("id/".utf8)) ? SagaTables.number(key[...]) : nil
    }

    static func event(_ command: CommandRequest) throws -> StoredBody {
        var body = JSONObject(uniqueKeysWithValues: [
            ("aggregate", .string(command.aggregate.type)), ("key", .string(command.aggregate.key)),
            ("name", .string(command.name)),
        ])
        if let expected = command.expected { body.append("expected", .int(Int64(clamping: expected))) }
        // Without a body it was sent without one: what counts as the same content is what was sent.
        if !command.body.isEmpty { body.append("body", try JSON.parse(command.body)) }
        return StoredBody(name: "command.accepted", schema: 1, body: JSON.object(body).bytes)
    }

    static func command(_ entry: Entry, at position: UInt64) throws -> CommandRequest? {
        guard entry.aggregate.type == type, entry.key.position == position, let event = entry.events.first,
            let id = WireID(entry.cause.command)
        else { return nil }
        let json = try JSON.parse(event.body, maximumDepth: JSON.storedDepth)
        guard let aggregate = json["aggregate"]?.stringValue, let key = json["key"]?.stringValue,
            let name = json["name"]?.stringValue
        else { return nil }
        return CommandRequest(
            id: id, aggregate: AggregateID(aggregate, key), expected: json["expected"]?.intValue.map { UInt64(clamping: $0) },
            name: name, body: json["body"]?.bytes ?? [])
    }
}
