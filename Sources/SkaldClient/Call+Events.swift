public import Kernel

extension Call where Answer == JSON {
    /// Name, version and limits of the server.
    public static var serverInfo: Call { Call("server.info") }

    /// `{aggregate, key, version, state}`, folded up to a moment.
    public static func aggregate(_ aggregate: AggregateID, at moment: Moment = .now) -> Call {
        var (version, position, time): (JSON?, JSON?, JSON?)
        switch moment {
        case .now: break
        case .version(let value): version = integer(value)
        case .position(let value): position = integer(value)
        case .time(let value): time = .string(value.description)
        }
        return Call(
            "aggregate.get",
            [
                "aggregate": text(aggregate.type), "key": text(aggregate.key), "version": version, "position": position,
                "time": time,
            ])
    }

    /// Makes `command` durable under `commandID` without waiting for its decision: `{id, state}`; then ask `commandResult`.
    public static func submit(_ command: Command, id commandID: String) -> Call {
        Call(
            "command.submit",
            [
                "id": text(commandID), "aggregate": text(command.aggregate.type), "key": text(command.aggregate.key),
                "expected": integer(command.expected), "name": text(command.name), "body": command.body,
            ])
    }
}

extension Call where Answer == CommandResult {
    /// What became of the command `id`, waiting for it at most `wait`.
    public static func commandResult(_ id: String, wait: Duration = .zero) -> Call {
        Call("command.result", ["id": text(id), "wait_ms": waiting(wait)], wait: wait) { (answer) throws(SkaldError) in
            switch (answer["state"]?.stringValue, answer["ok"], answer["error"]) {
            case ("pending", _, _): return .pending
            case ("done", let ok?, _):
                guard let version = ok["version"]?.intValue, let position = ok["position"]?.intValue else { break }
                let reply = CommandReply(
                    id: id, version: UInt64(clamping: version), position: UInt64(clamping: position),
                    result: ok["result"] ?? .object(JSONObject()))
                return .done(reply)
            case ("done", _, let error?):
                guard var details = error.objectValue, let code = details["code"]?.stringValue else { break }
                let message = details["message"]?.stringValue ?? code
                details["code"] = nil
                details["message"] = nil
                return .failed(.refused(code: code, message: message, details: details))
            default: break
            }
            throw .malformedReply("the answer to command.result names no outcome")
        }
    }
}

extension Call where Answer == Page {
    /// Events of one aggregate, one type, or everything. `from` is a version with a key, else a position; inclusive.
    public static func events(
        aggregate: String? = nil, key: String? = nil, from: UInt64? = nil, limit: Int? = nil, backwards: Bool = false
    ) -> Call {
        Call(
            "event.read",
            [
                "aggregate": text(aggregate), "key": text(key), "from": integer(from), "limit": limit.map { .int(Int64($0)) },
                "backwards": backwards ? true : nil,
            ], Page.decode("events"))
    }
}
