public import Kernel
public import Wire

/// One attempt of an operation, as a handler gets it.
public struct WorkerTask: Sendable {
    public typealias Direction = TaskDirection
    // why: a worker is outside the engine; its time is the machine's own
    public typealias Instant = ContinuousClock.Instant

    /// Names this attempt.
    public let id: String
    public let action: String
    /// The same for every attempt: what a participant dedupes by.
    public let operation: String
    /// Counts from 1.
    public let attempt: UInt64
    public let saga: String
    public let step: String
    public let direction: Direction
    /// When this attempt counts as unknown, unless `working` is said; a later answer may still count.
    public let deadline: Instant
    /// Of the server: an attempt with a lower one than seen before comes from a server that is gone.
    public let epoch: UInt64
    /// An empty object for a probe.
    public let input: JSON
    /// Of an undo or a probe: what was done. A participant that knows better may say so to its own code.
    public var doneOperation: DoneOperation?
    /// What the saga was started with.
    public let headers: [Header]
    private let sayWorking: @Sendable () -> Void

    /// Every value given: for tests of handlers.
    public init(
        id: String = "1", action: String, operation: String, attempt: UInt64 = 1, saga: String = "s-1", step: String = "step",
        direction: Direction = .do, deadline: Instant = .now + .seconds(30), epoch: UInt64 = 1,
        input: JSON = .object(JSONObject()), doneOperation: DoneOperation? = nil, headers: [Header] = [],
        working: @escaping @Sendable () -> Void = {}
    ) {
        self.id = id
        self.action = action
        self.operation = operation
        self.attempt = attempt
        self.saga = saga
        self.step = step
        self.direction = direction
        self.deadline = deadline
        self.epoch = epoch
        self.input = input
        self.doneOperation = doneOperation
        self.headers = headers
        sayWorking = working
    }

    /// Tells the server that this goes on: the time for this attempt begins anew. Any thread, at once.
    public func working() { sayWorking() }
}

extension WorkerTask {
    /// Nil when the body is not that of a task.
    init?(_ task: ActionTask, arrived: Instant, working: @escaping @Sendable () -> Void) {
        guard let body = try? JSON.parse(task.body, maximumDepth: JSON.storedDepth) else { return nil }
        let done = body["do"].flatMap { done in
            done["operation"]?.stringValue.map {
                DoneOperation(
                    operation: $0, input: done["input"] ?? .object(JSONObject()),
                    result: done["result"].flatMap { $0.isNull ? .none : .some($0) })
            }
        }
        guard task.direction == .do || done != nil else { return nil }
        self.init(
            id: task.task.text, action: task.action, operation: task.operation, attempt: task.attempt, saga: task.saga,
            step: task.step, direction: task.direction, deadline: arrived + .milliseconds(task.deadlineMilliseconds),
            epoch: task.epoch, input: body["input"] ?? .object(JSONObject()), doneOperation: done, headers: task.headers,
            working: working)
    }
}
