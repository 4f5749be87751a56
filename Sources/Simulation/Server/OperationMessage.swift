import Kernel
import Wire

/// A client's operation as the message that the server gets.
extension ClientOperation {
    /// nil when its id is none that the wire lets through: a bug of whoever made it.
    var message: ClientMessage? {
        guard let id = WireID(id) else { return nil }
        switch act {
        case .command(let cell, let command, let expected):
            return .command(
                CommandRequest(
                    id: id, aggregate: AggregateID(Cell.type, cell), expected: expected, name: command.name,
                    body: command.body.bytes))
        case .submit(let inner, let cell, let command, let expected):
            var arguments = JSONObject(uniqueKeysWithValues: [
                ("id", .string(inner)), ("aggregate", .string(Cell.type)), ("key", .string(cell)),
                ("name", .string(command.name)), ("body", command.body),
            ])
            if let expected { arguments.append("expected", .int(Int64(expected))) }
            return request(id, "command.submit", .object(arguments))
        case .register(let definition): return request(id, "def.register", ["source": .string(definition.document.text)])
        case .start(let order): return request(id, "saga.start", order.arguments)
        case .cancel(let saga): return request(id, "saga.cancel", ["id": .string(saga), "reason": "by chance"])
        case .terminate(let saga): return request(id, "saga.terminate", ["id": .string(saga), "reason": "by chance"])
        case .retry(let saga, let step): return request(id, "saga.repair", repair(saga, step, "retry"))
        case .waive(let saga, let step): return request(id, "saga.repair", repair(saga, step, "waive"))
        }
    }

    /// One line for a trace.
    var summary: String {
        switch message {
        case .command(let command): "\(command.name) \(command.aggregate) \(String(decoding: command.body, as: UTF8.self))"
        case .request(let request): "\(request.operation) \(String(decoding: request.arguments, as: UTF8.self))"
        case .worker(let message): String(decoding: message.encoded, as: UTF8.self)
        case nil: "an id that is none"
        }
    }

    private func request(_ id: WireID, _ operation: String, _ arguments: JSON) -> ClientMessage {
        .request(OperationRequest(id: id, operation: operation, arguments: arguments.bytes))
    }

    private func repair(_ saga: String, _ step: String, _ action: String) -> JSON {
        ["id": .string(saga), "step": .string(step), "do": .string(action), "reason": "by chance"]
    }
}

extension CellCommand {
    var body: JSON { number.map { ["n": .int($0)] } ?? [:] }
}

extension SagaOrder {
    var arguments: JSON {
        var input = JSONObject(uniqueKeysWithValues: [("flag", .bool(flag))])
        if let key { input.append("key", .string(key)) }
        var arguments = JSONObject(uniqueKeysWithValues: [("input", .object(input))])
        if let inline { arguments.append("inline", inline.document) } else { arguments.append("definition", .string(definition)) }
        if let version { arguments.append("version", .int(Int64(version))) }
        if let saga { arguments.append("id", .string(saga)) }
        if again { arguments.append("again", true) }
        return .object(arguments)
    }
}
