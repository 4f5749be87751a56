import EventLog

/// What the batches before took: the next one begins with as much room. One that grows step by step copies all it holds at each step, and leaves
/// the heap in pieces of every size.
///
/// Follows a larger batch at once and smaller ones slowly.
struct BatchRoom {
    private(set) var answers = 1
    private(set) var entries = 0
    private(set) var bytes = 0

    mutating func learn(answers: Int, records: RecordBatch) {
        self.answers = BatchRoom.followed(self.answers, answers)
        entries = BatchRoom.followed(entries, records.count)
        bytes = min(BatchRoom.followed(bytes, records.size), EngineLimits.batchRoom)
    }

    private static func followed(_ usual: Int, _ last: Int) -> Int { max(last, usual - usual / 8) }
}
