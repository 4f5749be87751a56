enum Limits {
    /// Timers of one saga that a scaffold lets fire before it gives up: waiting for what never comes must end.
    static let timers = 1_000
}
