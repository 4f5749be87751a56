public import Kernel

/// Events to fold into a state: `SKALD1 task <task> fold <aggregate> <key> <version> epoch= ⏎ {"state", "events"}`.
public struct FoldTask: Sendable, Equatable {
    public var task: WireID
    public var aggregate: AggregateID
    /// Of the state handed along.
    public var version: UInt64
    public var epoch: UInt64
    public var body: [UInt8]

    public init(task: WireID, aggregate: AggregateID, version: UInt64, epoch: UInt64, body: [UInt8] = []) {
        self.task = task
        self.aggregate = aggregate
        self.version = version
        self.epoch = epoch
        self.body = body
    }

    /// The frame to send.
    public var encoded: [UInt8] {
        var writer = FrameWriter("task", task, bodyCount: body.count)
        writer.word("fold")
        writer.word(aggregate.type)
        writer.word(aggregate.key)
        writer.word(String(version))
        writer.header("epoch", String(epoch))
        return writer.finished(body: body)
    }
}
