import SkaldClient

/// What `skald_operations` knows of one operation.
struct OperationRow {
    enum State: String {
        /// An attempt was here and left no effect: it threw, or said not now.
        case open
        /// Answered.
        case done, refused
        /// A do whose undo came first: it will never happen.
        case void
        /// A do that was done, and has been undone.
        case undone
    }

    let state: State
    let code: String?
    let answer: JSON
    let epoch: UInt64
    let attempt: UInt64

    /// What was answered; nil while it is open.
    var stored: Result<Done, any Error>? {
        switch state {
        case .open: nil
        case .done: Done(body: answer).map { .success($0) } ?? .failure(Unknown("the stored answer cannot be read"))
        case .refused: .failure(Refuse(code ?? "refused", answer["message"]?.stringValue ?? ""))
        case .void, .undone: .failure(Refuse("undone", "its undo came first"))
        }
    }

    /// Whether this attempt, or this server, was overtaken by another.
    func isAhead(of task: WorkerTask) -> Bool { (task.epoch, task.attempt) < (epoch, attempt) }
}
