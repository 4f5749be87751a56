public import Kernel

/// What the server says to a worker.
public enum WorkerPush: Sendable, Equatable {
    case welcome(WireID, Welcome)
    case action(ActionTask)
    case decide(DecideTask)
    case fold(FoldTask)
    case heartbeat
    /// The server goes down.
    case bye
    /// Something the worker said was refused. `id` is that of a `ready` or a task, nil for what concerns the connection.
    case error(id: WireID?, code: String, message: String, details: JSONObject)

    /// The frame to send.
    public var encoded: [UInt8] {
        switch self {
        case .welcome(let id, let welcome):
            Frame(verb: "welcome", id: id, words: [String(welcome.epoch)]).encoded(body: welcome.body.bytes)
        case .action(let task): task.encoded
        case .decide(let task): task.encoded
        case .fold(let task): task.encoded
        case .heartbeat: Frame(verb: "heartbeat", id: nil).encoded(body: [])
        case .bye: Frame(verb: "bye", id: nil).encoded(body: [])
        case .error(let id, let code, let message, var details): Self.error(id, code, message, &details)
        }
    }

    private static func error(_ id: WireID?, _ code: String, _ message: String, _ details: inout JSONObject) -> [UInt8] {
        details["message"] = .string(message)
        return Frame(verb: "error", id: id, words: [code]).encoded(body: JSON.object(details).bytes)
    }
}
