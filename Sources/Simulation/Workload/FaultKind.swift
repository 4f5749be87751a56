/// What can go wrong in a run. Each seed switches some of them on (swarm testing: a run with everything on hides what only
/// shows where something is off).
public enum FaultKind: String, Sendable, CaseIterable, Comparable {
    /// The process ends or a sync fails, with the last commit lost or present.
    case crash
    /// Commits meet a full disk.
    case full
    /// The space left is nearly, or quite, used up for a while.
    case space
    /// The clock jumps by hours, also back.
    case clock
    /// Clients repeat what they sent.
    case repeats
    /// Messages arrive late and out of order.
    case delays
    /// People cancel, terminate and repair at random moments.
    case operators
    /// Definitions are registered while sagas run.
    case deploys
    /// Receipts are kept for a short time only.
    case forgetting
    /// One entry of the log cannot be read at the end.
    case damage
    /// Workers say no, or not now.
    case refusals
    /// Workers say that they do not know, or what cannot be read.
    case doubts
    /// Workers answer too late, never, twice, or again and again.
    case lateness
    /// Workers lose their connection, crash, fall silent, leave, and come back with other offers.
    case departures
    /// Workers speak of tasks that others hold, or nobody.
    case strangers
    /// Workers have little credit, and actions have limits.
    case scarcity

    public static func < (left: FaultKind, right: FaultKind) -> Bool { left.rawValue < right.rawValue }
}
