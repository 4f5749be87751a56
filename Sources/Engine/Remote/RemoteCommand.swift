import EventLog
import Kernel
import Wire

/// A command that waits for a worker to decide it, or is with one.
struct RemoteCommand: Sendable {
    /// What it is for, told apart from any other: a client's id, or one attempt of a saga's step.
    enum Source: Hashable, Sendable {
        case client(ByteKey)
        case step(RemoteStep)
    }

    let aggregate: AggregateID
    let name: String
    let expected: UInt64?
    /// A JSON object; of a step it is taken from the saga when the worker is asked.
    let body: [UInt8]
    let source: Source
    let cause: Cause
    let content: [UInt8]
    /// Where its acceptance stands in the log: it is durable and waits for ever; nil for one that is not.
    var inbox: UInt64?
    /// Who is to be told, by number.
    var waiters: [Int] = []
    /// Times a worker had it and nobody knows what came of it.
    var unknowns = 0

    init(_ command: CommandRequest, _ cause: Cause, _ content: [UInt8], inbox: UInt64? = nil) {
        aggregate = command.aggregate
        name = command.name
        expected = command.expected
        body = command.body.isEmpty ? Array("{}".utf8) : command.body
        source = .client(ByteKey(command.id.text))
        self.cause = cause
        self.content = content
        self.inbox = inbox
    }

    init(_ step: RemoteStep, on aggregate: AggregateID, name: String) {
        self.aggregate = aggregate
        self.name = name
        expected = nil
        body = []
        source = .step(step)
        cause = Cause(command: step.operation)
        content = []
    }

    var id: String { cause.command }
    var step: RemoteStep? { if case .step(let step) = source { step } else { nil } }
    /// Whether it stays when nobody waits for it any more.
    var isLasting: Bool { inbox != nil || step != nil }

    /// The workers it waits for, and how urgently.
    var line: QueueLane { QueueLane(step?.lane ?? .forward, .aggregate(aggregate.type)) }
}

/// One attempt of a saga's step on an aggregate of workers.
struct RemoteStep: Hashable, Sendable {
    let saga: String
    let operation: String
    let attempt: Int
    let lane: Lane
}

/// Who waits for the answer to a command or a read.
struct RemoteWaiter: Sendable {
    enum Subject: Sendable {
        case command(Int)
        case reading(Int)
    }

    let tag: Int
    let subject: Subject
    /// Milliseconds it was ready to wait, and when they are over.
    let patience: Int64
    var due = Timestamp(milliseconds: 0)
}
