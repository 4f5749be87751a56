import Wire

/// A task handed to a worker, and what came of it.
final class GivenTask {
    let id: WireID
    /// Whose answer counts.
    var holder: [UInt8]
    /// Milliseconds of one attempt.
    let lease: Int64
    /// When its attempt is over.
    var due: Int64
    /// How often it may be put off still: a worker that is `working` for ever is none.
    var extensions = 10
    var outcome: Outcome?
    /// After which `ready` it was answered: behind a later one the answer may come once more.
    var answeredAfter: Int?

    init(id: WireID, holder: [UInt8], lease: Int64, at now: Int64) {
        self.id = id
        self.holder = holder
        self.lease = lease
        due = now + lease
    }

    /// The lease runs anew.
    func extend(at now: Int64) {
        guard outcome == nil, extensions > 0 else { return }
        extensions -= 1
        due = now + lease
    }
}
