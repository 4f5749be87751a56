/// Every bound of the engine, in one place.
public enum EngineLimits {
    /// Steps and undos of one saga run in one batch; a longer saga goes on in the next, so that it delays only itself.
    public static let stepsPerTurn = 1_000
    /// Bytes of events after which a saga's turn goes on in the next batch; one move may go beyond it by a few bodies.
    public static let bytesPerTurn = 8 << 20
    /// Steps of all sagas in one batch.
    public static let stepsPerBatch = 16_384
    /// Bytes of records for which a batch has room from the beginning.
    static let batchRoom = 4 << 20
    /// Timers fired in one batch, or as many as it has messages.
    public static let timersPerBatch = 256
    /// How long due timers wait when nothing can be written, in milliseconds.
    public static let pauseWhenFull: Int64 = 1_000
    /// How long a saga that cannot be read or continued waits before it is tried again, in milliseconds.
    public static let parkedRetry: Int64 = 60_000
    /// What a client is told to wait while sagas that are due come first, in milliseconds.
    public static let retryAfter: Int64 = 50
    /// Events one command may emit.
    public static let eventsPerCommand = 10_000
    /// Bytes of one event's body, of a command's result, of a saga's input, and of a definition's text.
    public static let body = 1 << 20
    public static let definitionSource = 256 << 10
    /// Bytes all events of one command may have together.
    public static let entry = 4 << 20
    /// The least budget for what is kept in memory, in bytes: half of it holds what one batch of small commands touches.
    public static let leastMemory = 16 << 20
    /// Aggregates and sagas after which what is kept in memory changes generations, however little they weigh: letting go of
    /// them all takes time.
    static let generation = 65_536
    /// Bytes of what is forgotten that are freed before each batch, a fraction of a millisecond; more where the budget needs it.
    static let releasedPerBatch = 256 << 10
    /// Receipts past retention removed with one commit, beyond as many as it adds.
    public static let expiredPerBatch = 256
    /// Definitions registered on one server, and inline ones kept parsed.
    public static let definitions = 10_000
    public static let inlineDefinitions = 256
    /// Workers connected, and tasks open or promised over all of them; beyond it tasks wait.
    public static let workers = 1_024
    public static let leases = 65_536
    /// Waiting steps offered in one batch, and of one action before the next comes.
    public static let offersPerBatch = 1_024
    static let offersPerRound = 64
    /// Lanes of the queue that are remembered though nobody offers their actions.
    static let idleLanes = 1_024
    /// Actions and aggregates one worker offers.
    public static let dutiesPerWorker = 1_000
    /// Actions nobody offers any more whose used rate is remembered.
    static let rememberedRates = 1_024
    /// Bounds of a worker's heartbeat, in milliseconds, and how many of them may be missed before it counts as lost.
    public static let heartbeats: ClosedRange<Int64> = 100...60_000
    public static let liveness: Int64 = 3
    /// Commands of clients that wait for workers to decide, and as many steps of sagas beside them; what the bodies have together
    /// in bytes; reads that wait to be folded.
    public static let remoteCommands = 65_536
    static let remoteCommandBytes = 256 << 20
    static let remoteReads = 4_096
    /// Aggregate types of workers that are remembered.
    static let remoteTypes = 4_096
    /// How long a worker has for one decision or fold, in milliseconds, and how often nobody may know what came of it.
    static let remoteTask: Int64 = 30_000
    static let remoteUnknowns = 3
    /// How long a command or a read waits for workers when it does not say, and at most, in milliseconds.
    static let remotePatience: Int64 = 30_000
    static let longestPatience: Int64 = 600_000
    /// Bytes of events in one fold; a single larger event goes alone.
    static let foldBytes = 512 << 10
    /// Versions between two snapshots of an aggregate of workers.
    static let remoteSnapshot: UInt64 = 100
    /// Schemas of which states of one aggregate of workers are kept.
    static let remoteSchemas = 4
    /// A handler slower than this is logged by name, in milliseconds.
    public static let slowHandler: Int64 = 10
    /// How long the same trouble is told of once only, in milliseconds, and of how many that is known.
    static let noticeInterval: Int64 = 60_000
    static let notices = 256
}
