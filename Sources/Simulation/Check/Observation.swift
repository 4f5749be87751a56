/// What one batch has left in the log, as far as the oracle must know it: choices that the contract leaves free.
struct Observation {
    var count = 0
    /// Saga → `do:`, `skip:`, `wake:` and `undo:<step>`, in the order of the log.
    var order: [String: [String]] = [:]
    /// Request → the saga it touched.
    var started: [String: String] = [:]
}
