/// One vertex of a definition's graph. A class, because whoever asks a step for one thing would copy it whole.
public final class Step: Sendable {
    public let name: String
    /// Indexes into the definition's steps of those that must be finished first.
    public let needs: [Int]
    /// Evaluated once when the needs are met; false skips the step.
    public let condition: Expression?
    public let action: Action
    public let undo: Undo
    public let isPivot: Bool
    public let isOptional: Bool
    public let retry: Retry
    /// Milliseconds for one attempt; nil where an attempt cannot take time (`sleep`).
    public let timeout: Int64?
    /// Expected version of the aggregate; from then on the saga tracks it.
    public let expect: Template?
    /// Asks what became of an attempt that nobody is sure of.
    public let probe: Probe?
    /// The ends of its operations' ids: `/hotel/do`.
    let doing: String
    let undoing: String
    let probing: String

    public init(
        name: String, needs: [Int], condition: Expression?, action: Action, undo: Undo, isPivot: Bool, isOptional: Bool,
        retry: Retry, timeout: Int64?, expect: Template?, probe: Probe? = nil
    ) {
        self.name = name
        self.needs = needs
        self.condition = condition
        self.action = action
        self.undo = undo
        self.isPivot = isPivot
        self.isOptional = isOptional
        self.retry = retry
        self.timeout = timeout
        self.expect = expect
        self.probe = probe
        doing = "/\(name)/do"
        undoing = "/\(name)/undo"
        probing = "/\(name)/probe"
    }

    /// Whether it can change anything that rolling back would have to reverse.
    public var hasEffect: Bool { if case .sleep = action { false } else { true } }
}

/// What a step does.
public enum Action: Sendable {
    /// A command on an aggregate of this server.
    case command(CommandTemplate)
    /// An action of a worker outside this server.
    case call(CallTemplate)
    /// Waits so many milliseconds.
    case sleep(Int64)

    /// What a participant is asked to do; nil for a step that has none.
    public var operation: OperationTemplate? {
        switch self {
        case .command(let command): .command(command)
        case .call(let call): .call(call)
        case .sleep: nil
        }
    }

    /// Whether a worker outside this server does it, so that it may end without an answer.
    public var isCall: Bool { if case .call = self { true } else { false } }
}

/// How a step is reversed.
public enum Undo: Sendable {
    /// None written: for steps that need none (`sleep`, behind the pivot, the pivot itself).
    case nothing
    /// `undo: none`, and why that is right.
    case waived(because: String)
    case action(UndoAction)
}

public final class UndoAction: Sendable {
    public let operation: OperationTemplate
    public let retry: Retry
    public let timeout: Int64?

    public convenience init(command: CommandTemplate, retry: Retry, timeout: Int64?) {
        self.init(.command(command), retry: retry, timeout: timeout)
    }

    public init(_ operation: OperationTemplate, retry: Retry, timeout: Int64?) {
        self.operation = operation
        self.retry = retry
        self.timeout = timeout
    }
}
