import Kernel

/// The right to answer one task.
struct Lease: Equatable, Sendable {
    let task: String
    let duty: Duty
    let lane: Lane
    /// Who holds it, or held it last; nil for an orphan, which nobody has claimed since the server started.
    var peer: PeerID?
    let subject: LeaseSubject
    /// Until when its holder has time although that is not written down: it is still at it, or may come back after a restart.
    var extended: Timestamp?
}
