import Wire

/// Every bound of the front door, in one place.
public enum ServerLimits {
    /// Messages of any kind and bytes taken in one go, and messages decided in one batch: nobody's commands wait for more than that
    /// of somebody else's.
    static let shareMessages = 128
    /// So many together are made durable beside the next ones; for fewer the two changes of threads cost more than they save.
    static let besideMessages = 32
    static let shareBytes = 8 << 20
    static let batchMessages = 4_096
    /// As how many of them a request counts, which may start a saga of many steps; and a `ready`, which costs some 2 ms with a thousand
    /// names.
    static let requestWeight = 2
    static let readyWeight = 64
    /// Messages libzmq holds per connection in each direction before it pushes back.
    static let highWater: Int32 = 1_024
    /// Commands of one connection whose answers it has not read; published in `server.info`. More of them are `busy`.
    static let inFlight = 16_384
    /// Unread answers held for one connection, and for all; beyond it they are dropped and counted, their receipts remain.
    static let backlogBytes = 64 << 20
    static let backlogTotal = 512 << 20
    /// Reads waiting for a reader thread, of all connections and of one.
    static let queries = 4_096
    static let queriesPerPeer = 1_024
    /// Bytes of the arguments of reads that wait for a reader thread.
    static let queryBytes = 64 << 20
    /// Requests that wait for a saga or a result, of all connections and of one.
    static let waiters = 16_384
    static let waitersPerPeer = 1_024
    /// The longest wait of one request, in milliseconds.
    static let longestWait: UInt64 = 60_000
    /// Threads that serve reads.
    static let readers = 2
    /// Time between looks at how full the disk is while nobody sends anything, in milliseconds.
    static let look: Int64 = 5_000
    /// Time between rounds of the store's housekeeping, in milliseconds.
    static let maintenance: Int64 = 60_000
    /// Time to work off and answer what had arrived when the server stops, in milliseconds; of it, for taking it in.
    static let drain: Int64 = 5_000
    static let drainReceiving: Int64 = 1_000
    /// Woken so much later than asked for, the process was held up: it listens so long before it looks at the clock, in ms.
    static let heldUp: Int64 = 100
    /// What a refused client is told to wait, in milliseconds.
    static let retryAfter: Int64 = 50
}
