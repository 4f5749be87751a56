/// What goes wrong with the participant of a step or an undo.
public enum TortureFault: String, Sendable, CaseIterable {
    /// A definite no.
    case refused
    /// The handler traps: here a definite no of its own kind; outside, the attempt is lost once, done or not.
    case crashed
    /// Busy once, then done.
    case notNow = "not_now"
    /// It says once that it does not know, then it is done.
    case unknownThenDone = "unknown_then_done"
    /// It never answers again; whether it did anything, nobody knows.
    case unknownForEver = "unknown_for_ever"
    /// Done, and said so only after the attempt has timed out.
    case late
    /// A no to an attempt that has timed out, told while another is under way.
    case lateNo = "late_no"
    /// Done, and said so twice.
    case twice

    /// Those that an aggregate of the server itself can have: it answers at once, and the commit decides.
    static let here: [TortureFault] = [.refused, .crashed]
}

/// A fault at a place.
public struct TorturePoint: Sendable, Hashable {
    /// Index of the step.
    public let step: Int
    public let isUndo: Bool
    public let fault: TortureFault
}
