import EventLog

/// One step of a run: what the world does to the server, decided before it is seen what becomes of it.
struct SimulationStep {
    var clock: ClockMove
    var space: SpaceState
    var fate: CommitFate
    /// The server ends in order and starts again first.
    var restarts: Bool
    var operations: [ClientOperation]
    /// Half of them are decided while the batch of the other half is on its way to the disk.
    var overlaps: Bool
}

enum ClockMove: Equatable {
    case by(Int64)
    /// To when the server asked to be woken.
    case toWakeUp
}
