public import Kernel

/// How to undo what was just done, told with its result. Literal: nothing in it is evaluated.
public enum Undo: Sendable, Equatable {
    /// An action of a worker.
    case call(String, with: JSON = .object(JSONObject()))
    /// A command, written `type.command`, for an aggregate of the server.
    case command(String, key: String, with: JSON = .object(JSONObject()))

    init?(body: JSON) {
        guard let with = body["with"] else { return nil }
        switch (body["call"], body["command"], body["key"]) {
        case (.string(let action)?, nil, nil): self = .call(action, with: with)
        case (nil, .string(let command)?, .string(let key)?): self = .command(command, key: key, with: with)
        default: return nil
        }
    }

    var body: JSON {
        switch self {
        case .call(let action, let with): ["call": .string(action), "with": with]
        case .command(let command, let key, let with): ["command": .string(command), "key": .string(key), "with": with]
        }
    }
}
