/// What the process was running when it died of a bug, counted over restarts.
///
/// A handler that traps (an overflow, an index out of range) ends the process. Work that a client sent is lost with it and
/// was never acknowledged; a saga's timer would be run again by every restart, for ever. So it is noted what runs, the note
/// becomes durable in the moment of the trap, and a saga that has ended the process twice is handed to a person instead.
public protocol CrashJournal: Sendable {
    /// How often this saga was running when the process died of a trap.
    func crashes(of saga: String) -> Int
    /// Called on the writer's thread before durable work is run, and with nil when it is done.
    func running(_ saga: String?)
    /// A person has taken over: the count begins anew.
    func forget(_ saga: String)
}

/// For engines whose process is not theirs to watch: tests and the simulator.
public struct NoCrashJournal: CrashJournal {
    public init() {}
    public func crashes(of saga: String) -> Int { 0 }
    public func running(_ saga: String?) {}
    public func forget(_ saga: String) {}
}
