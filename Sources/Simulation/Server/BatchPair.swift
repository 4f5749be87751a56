import Engine

/// Two batches on their way, the second decided upon the first, or waiting for it.
final class BatchPair {
    let first: Batch
    let second: Batch?
    /// What the second is made of.
    let waiting: [EngineInput]
    /// What is said of the second when the first was not written.
    var abandoned: EngineOutput?

    init(first: Batch, second: Batch?, waiting: [EngineInput]) {
        (self.first, self.second, self.waiting) = (first, second, waiting)
    }
}
