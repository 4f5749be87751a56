public import Kernel

/// One command for an aggregate that a worker decides for:
/// `SKALD1 task <task> decide <aggregate> <key> <version> <name> deadline_ms= epoch= ⏎ {"state", "command", "expected"?}`.
public struct DecideTask: Sendable, Equatable {
    public var task: WireID
    public var aggregate: AggregateID
    /// Of the state handed along.
    public var version: UInt64
    /// The command's.
    public var name: String
    /// Left to decide.
    public var deadlineMilliseconds: Int64
    public var epoch: UInt64
    public var body: [UInt8]

    public init(
        task: WireID, aggregate: AggregateID, version: UInt64, name: String, deadlineMilliseconds: Int64, epoch: UInt64,
        body: [UInt8] = []
    ) {
        self.task = task
        self.aggregate = aggregate
        self.version = version
        self.name = name
        self.deadlineMilliseconds = deadlineMilliseconds
        self.epoch = epoch
        self.body = body
    }

    /// The frame to send.
    public var encoded: [UInt8] {
        var writer = FrameWriter("task", task, bodyCount: body.count)
        writer.word("decide")
        writer.word(aggregate.type)
        writer.word(aggregate.key)
        writer.word(String(version))
        writer.word(name)
        writer.header("deadline_ms", String(max(0, deadlineMilliseconds)))
        writer.header("epoch", String(epoch))
        return writer.finished(body: body)
    }
}
