/// Why storage did not do what was asked.
public enum LogFailure: Error, Sendable, Equatable {
    /// No space; nothing of the batch was written and the store is good.
    case full(String)
    /// A record or index is not what was written; names what and where.
    case corrupt(String)
    /// The store can no longer be trusted to be durable: stop, exit 74, verify on restart.
    case failed(String)
}
