/// What becomes of the next commit.
public enum CommitFate: Sendable, Equatable, CaseIterable {
    /// Durable, and told so.
    case durable
    /// The disk is full: nothing is written, the store is good.
    case full
    /// The process ends, or the sync fails, before anything is durable.
    case lost
    /// The same, but after it became durable: nobody was told.
    case untold
}
