/// A command on an aggregate, its parts still to be evaluated. A class, as all that hangs on a step.
public final class CommandTemplate: Sendable {
    public let aggregate: String
    public let name: String
    /// nil in an undo: the step's own key.
    public let key: Template?
    /// nil in a step: `{}`; nil in an undo: `{input, result}` of the step.
    public let body: Template?
    /// Workers decide for the aggregate; else it is compiled in.
    public let isRemote: Bool

    public init(aggregate: String, name: String, key: Template?, body: Template?, isRemote: Bool = false) {
        self.isRemote = isRemote
        self.aggregate = aggregate
        self.name = name
        self.key = key
        self.body = body
    }
}

/// An action of a worker, its input still to be evaluated.
public final class CallTemplate: Sendable {
    public let action: String
    /// nil in a step: `{}`; nil in an undo: `{input, result}` of the step; nil in a probe: the step's input.
    public let body: Template?

    public init(action: String, body: Template?) {
        self.action = action
        self.body = body
    }
}

/// What a participant is asked to do, in either form.
public enum OperationTemplate: Sendable {
    case command(CommandTemplate)
    case call(CallTemplate)

    public var body: Template? {
        switch self {
        case .command(let command): command.body
        case .call(let call): call.body
        }
    }

    /// Whether a worker outside this server performs it.
    public var isCall: Bool { if case .call = self { true } else { false } }

    /// Who performs it: an aggregate type, or the part of a worker's action before its last dot.
    var lane: String {
        switch self {
        case .command(let command): command.aggregate
        case .call(let call): CommandName(stored: call.action, type: nil)?.aggregate ?? call.action
        }
    }

    /// What stands behind the lane.
    var verb: String {
        switch self {
        case .command(let command): command.name
        case .call(let call): CommandName(stored: call.action, type: nil)?.name ?? call.action
        }
    }

    /// `card.refund`, an aggregate's command or a worker's action.
    public var name: String {
        switch self {
        case .command(let command): "\(command.aggregate).\(command.name)"
        case .call(let call): call.action
        }
    }
}

/// A question to a worker: what became of an operation whose outcome is unknown.
public final class Probe: Sendable {
    public let call: CallTemplate
    /// How often it is asked after each unknown attempt.
    public let retry: Retry
    public let timeout: Int64?

    public init(call: CallTemplate, retry: Retry, timeout: Int64?) {
        self.call = call
        self.retry = retry
        self.timeout = timeout
    }
}
