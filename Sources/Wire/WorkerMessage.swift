import Kernel

/// What a worker says to the server. All but `ready` are one-way: answered only on error.
public enum WorkerMessage: Sendable, Equatable {
    case ready(WireID, Ready)
    /// The body is as sent: what it must hold depends on the task.
    case done(WireID, body: [UInt8])
    /// A definite no. `code` is a name.
    case refuse(WireID, code: String, message: String)
    /// Nothing happened in this attempt: offer it again after so long.
    case retry(WireID, afterMilliseconds: Int64, message: String)
    /// Nobody knows what happened.
    case unknown(WireID, message: String)
    /// The lease of this attempt runs anew.
    case working(WireID)
    case heartbeat
    case bye

    /// The id of a `ready`, the task of everything else; nil for `heartbeat` and `bye`.
    public var id: WireID? {
        switch self {
        case .ready(let id, _), .done(let id, _), .refuse(let id, _, _), .retry(let id, _, _), .unknown(let id, _),
            .working(let id):
            id
        case .heartbeat, .bye: nil
        }
    }

    /// The frame to send.
    public var encoded: [UInt8] {
        switch self {
        case .ready(let id, let ready): Frame(verb: "ready", id: id).encoded(body: ready.body.bytes)
        case .done(let task, let body): Frame(verb: "done", id: task).encoded(body: body)
        case .refuse(let task, let code, let message): Self.said("refuse", task, [code], message)
        case .retry(let task, let after, let message): Self.said("retry", task, [String(after)], message)
        case .unknown(let task, let message): Self.said("unknown", task, [], message)
        case .working(let task): Frame(verb: "working", id: task).encoded(body: [])
        case .heartbeat: Frame(verb: "heartbeat", id: nil).encoded(body: [])
        case .bye: Frame(verb: "bye", id: nil).encoded(body: [])
        }
    }

    private static func said(_ verb: String, _ task: WireID, _ words: [String], _ message: String) -> [UInt8] {
        Frame(verb: verb, id: task, words: words).encoded(body: (["message": .string(message)] as JSON).bytes)
    }
}
