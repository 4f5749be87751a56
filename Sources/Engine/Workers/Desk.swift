import Kernel

/// All that is known of one duty: who does it, how much of it is open, what limits it.
struct Desk: Sendable {
    /// Slots of the workers that offer it, in no order.
    private(set) var members: [Int] = []
    /// What each of them asked for, by slot.
    private var limits: [Int: ActionLimit] = [:]
    /// Leases and reservations, whoever holds them.
    private(set) var inUse = 0
    private var concurrent: Int?
    private var isRated = false
    /// Outlives the limit, so that a worker that comes back does not bring a new burst.
    private var bucket: TokenBucket?

    var isOffered: Bool { !members.isEmpty }
    var isIdle: Bool { members.isEmpty && inUse == 0 }
    var hasPlace: Bool { concurrent.map { inUse < $0 || Mutant.limitIgnored.isActive } ?? true }

    /// Whether forgetting it changes a rate.
    func isRemembering(at now: Timestamp) -> Bool { bucket.map { !$0.isFull(at: now) } ?? false }

    /// Milliseconds until its rate allows one more.
    func wait(at now: Timestamp) -> Int64 { isRated ? bucket?.wait(at: now) ?? 0 : 0 }

    mutating func join(_ slot: Int, _ limit: ActionLimit?) {
        members.append(slot)
        limits[slot] = limit
    }

    mutating func leave(_ slot: Int) {
        if let index = members.firstIndex(of: slot) {
            members.swapAt(index, members.count - 1)
            members.removeLast()
        }
        limits[slot] = nil
    }

    /// Applies the smallest limits of those who are here.
    mutating func settle(at now: Timestamp) {
        concurrent = limits.values.compactMap(\.concurrent).min()
        let rate = limits.values.compactMap(\.perSecond).min()
        isRated = rate != nil
        guard let rate else { return }
        guard bucket == nil else { return bucket!.retune(perSecond: rate, at: now) }
        bucket = TokenBucket(perSecond: rate, at: now)
    }

    /// One more is open; what a worker brought along has had its token.
    mutating func take() { inUse += 1 }

    mutating func takeToken(at now: Timestamp) { if isRated { bucket?.take(at: now) } }

    mutating func giveBackToken() { if isRated { bucket?.giveBack() } }

    mutating func giveBack(_ count: Int = 1) { inUse -= count }
}
