/// The right to answer one task.
struct Lease: Equatable, Sendable {
    let task: String
    let duty: Duty
    let lane: Lane
    /// Who holds it, or held it last; nil for an orphan, which nobody has claimed since the server started.
    var peer: PeerID?
    let subject: LeaseSubject
}
