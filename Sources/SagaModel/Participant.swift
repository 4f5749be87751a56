public import Kernel

/// Who performs an operation of a saga.
public enum Participant: Sendable, Equatable {
    /// An aggregate of this server: decided here, or remotely by a worker.
    case aggregate(AggregateID, command: String, isRemote: Bool)
    /// A worker outside this server.
    case worker(action: String)

    /// `card.refund`, an aggregate's command or a worker's action.
    public var name: String {
        switch self {
        case .aggregate(let id, let command, _): "\(id.type).\(command)"
        case .worker(let action): action
        }
    }

    /// What workers offer that can take it: an action, or a type of aggregate.
    public var waitedFor: String {
        switch self {
        case .aggregate(let id, _, _): id.type
        case .worker(let action): action
        }
    }

    public var isWorker: Bool { if case .worker = self { true } else { false } }

    /// Whether a worker has to take what it is asked; else it is answered at once.
    public var isOffered: Bool {
        switch self {
        case .aggregate(_, _, let isRemote): isRemote
        case .worker: true
        }
    }
}

/// What an attempt is for.
public enum Direction: String, Sendable, CaseIterable {
    case `do`
    case undo
    /// Asks what became of a `do` that nobody is sure of.
    case probe
}
