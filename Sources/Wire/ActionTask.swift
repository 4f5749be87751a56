/// One attempt of a step, handed to a worker:
/// `SKALD1 task <task> action <name> <operation> <attempt> saga= step= direction= deadline_ms= epoch= … ⏎ {"input": …}`.
public struct ActionTask: Sendable, Equatable {
    public var task: WireID
    public var action: String
    /// The same for every attempt, so that a participant can tell them from a new operation.
    public var operation: String
    /// Counts from 1.
    public var attempt: UInt64
    public var saga: String
    public var step: String
    public var direction: TaskDirection
    /// Left of this attempt.
    public var deadlineMilliseconds: Int64
    /// Of the server; higher after each of its starts.
    public var epoch: UInt64
    /// What the saga was started with. Never one of `Header.taskNames`; what the line has no room for is not sent.
    public var headers: [Header]
    public var body: [UInt8]

    public init(
        task: WireID, action: String, operation: String, attempt: UInt64, saga: String, step: String, direction: TaskDirection,
        deadlineMilliseconds: Int64, epoch: UInt64, headers: [Header] = [], body: [UInt8] = []
    ) {
        self.task = task
        self.action = action
        self.operation = operation
        self.attempt = attempt
        self.saga = saga
        self.step = step
        self.direction = direction
        self.deadlineMilliseconds = deadlineMilliseconds
        self.epoch = epoch
        self.headers = headers
        self.body = body
    }

    /// The frame to send.
    public var encoded: [UInt8] {
        var writer = FrameWriter("task", task, bodyCount: body.count)
        writer.word("action")
        writer.word(action)
        writer.word(operation)
        writer.word(String(attempt))
        writer.header("saga", saga)
        writer.header("step", step)
        writer.header("direction", direction.rawValue)
        writer.header("deadline_ms", String(max(0, deadlineMilliseconds)))
        writer.header("epoch", String(epoch))
        writer.pass(headers)
        return writer.finished(body: body)
    }
}
