enum Limits {
    /// Timers of one saga that a scaffold lets fire before it gives up: waiting for what never comes must end.
    static let timers = 1_000
    /// Runs of one torture with one seed. Beyond them the seed chooses which faults are tried.
    static let tortureRuns = 1_000
    /// Runs with the same faults: as it is, killed at every commit, and with every undo delivered twice besides.
    static let runsPerCase = 3
}
