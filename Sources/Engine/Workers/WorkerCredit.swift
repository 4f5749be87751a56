import Kernel

/// How much of a worker's credit is in use. Small and flat: choosing a worker looks at one of these for each that could.
struct WorkerCredit: Sendable {
    let peer: PeerID
    var limit = 0
    /// Tasks held or reserved in each lane. They may exceed the limit when it was lowered or tasks were claimed.
    private(set) var forward = 0
    private(set) var undo = 0
    /// When it was chosen last, as a count; no two are the same.
    var turn: UInt64

    init(peer: PeerID, turn: UInt64) {
        self.peer = peer
        self.turn = turn
    }

    var inUse: Int { forward + undo }

    /// What forward work never takes: an eighth, at least one, unless one is all there is.
    var kept: Int { limit >= 2 && !Mutant.undoLaneNotKept.isActive ? max(1, limit / 8) : 0 }

    /// Tasks of this lane it can still be given.
    func room(_ lane: Lane) -> Int {
        let free = limit - inUse
        return max(0, lane == .undo ? free : min(free, limit - kept - forward))
    }

    mutating func take(_ lane: Lane, _ count: Int = 1) {
        switch lane {
        case .forward: forward += count
        case .undo: undo += count
        }
    }

    mutating func giveBack(_ lane: Lane) { take(lane, -1) }
}
