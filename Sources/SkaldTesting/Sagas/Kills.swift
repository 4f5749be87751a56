/// Whether the server is killed at every commit, and what the worker beside it still knows then.
enum Kills {
    case none
    /// It comes back with the task whose answer was lost, and answers again.
    case held
    /// It comes back without: the same operation has to come again.
    case forgotten

    var isCrashing: Bool { self != .none }
}
