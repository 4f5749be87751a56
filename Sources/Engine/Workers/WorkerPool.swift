import Kernel
import Wire

/// Who can do what, who holds what, and until when: workers, their credit, the leases of open tasks.
///
///     ready ─▶ reserve ─commit─▶ open ─▶ close            (answered, timed out)
///                 └─ failed ─▶ cancelReservation          leave, silent, expiredOrphans ─▶ leases nobody holds any more
///
/// A value machine without a clock: it is told the time, says who is due, and knows nothing of sagas. `wakeUp` names the next
/// time at which `silent`, `heartbeatsDue`, `expiredOrphans` or `refilled` has something to say.
struct WorkerPool: Sendable {
    var clock = SteadyTime()
    var workers: [PeerID: Worker] = [:]
    /// By slot; a free slot has no credit and is no desk's member.
    var credits: [WorkerCredit] = []
    private var freeSlots: [Int] = []
    private var turns: UInt64 = 0
    var desks: [Duty: Desk] = [:]
    /// Desks kept for nothing but their rate.
    var idleDesks: [Duty] = []
    var leases: [String: Lease] = [:]
    var leaseOrder: UInt64 = 0
    var reservations = 0
    var silences = Deadlines<PeerID>()
    var heartbeats = Deadlines<PeerID>()
    var orphans = Deadlines<String>()
    /// Actions that somebody waits for and that nothing but their rate holds back.
    var refills = Deadlines<String>()
    /// In order; so are the aggregates.
    var offeredActions: [String] = []
    var offeredAggregates: [String] = []

    /// Takes a worker in, or replaces what it said before. It keeps the leases it has, and is given those of `holding`,
    /// from another connection or from nobody; `gone` are those of `holding` that are not open. Throws `busy`, `too_large`.
    mutating func ready(
        _ peer: PeerID, _ offer: WorkerOffer, at now: Timestamp
    ) throws(Fault) -> (claimed: [Lease], gone: [String]) {
        try admit(peer, offer)
        clock.advance(to: now)
        let before = workers[peer]?.offer.duties ?? []
        let slot = workers[peer]?.slot ?? freeSlot(for: peer)
        before.forEach { desks[$0]?.leave(slot) }
        workers[peer, default: Worker(slot: slot, since: now, offer: offer)].offer = offer.withoutHolding
        credits[slot].limit = offer.credit
        offer.duties.forEach { desks[$0, default: Desk()].join(slot, offer.limit($0)) }
        (before + offer.duties).forEach { settle($0) }
        heartbeats.set(peer, clock.now.advanced(by: offer.heartbeat))
        heard(peer, at: now)
        return claim(offer.holding, by: peer)
    }

    private func admit(_ peer: PeerID, _ offer: WorkerOffer) throws(Fault) {
        guard offer.actions.count + offer.aggregates.count <= EngineLimits.dutiesPerWorker else {
            throw Fault(
                .tooLarge,
                "a worker offers at most \(EngineLimits.dutiesPerWorker) actions and aggregates; start several workers",
                ["limit": .int(Int64(EngineLimits.dutiesPerWorker))])
        }
        guard workers[peer] != nil || workers.count < EngineLimits.workers else {
            throw Fault(
                .busy,
                "\(EngineLimits.workers) workers are connected, there is no place for another; stop some, or give each more credit",
                ["retry_after_ms": .int(offer.heartbeat)])
        }
    }

    /// Removes a worker that said `bye` or cannot be reached: its leases, closed, in the order they were given.
    mutating func leave(_ peer: PeerID) -> [Lease] {
        guard let worker = workers[peer] else { return [] }
        let lost = worker.tasks.sorted { $0.value < $1.value }.compactMap { close($0.key) }
        workers[peer] = nil
        // In no order: they are counts.
        for (booking, count) in worker.bookings {
            desks[booking.duty]?.giveBack(count)
            reservations -= count
        }
        worker.offer.duties.forEach { desks[$0]?.leave(worker.slot) }
        worker.offer.duties.forEach { settle($0) }
        worker.bookings.keys.map(\.duty).sorted { $0.name < $1.name }.forEach { tidy($0) }
        credits[worker.slot] = WorkerCredit(peer: peer, turn: 0)
        freeSlots.append(worker.slot)
        silences.remove(peer)
        heartbeats.remove(peer)
        return lost
    }

    private mutating func freeSlot(for peer: PeerID) -> Int {
        let credit = WorkerCredit(peer: peer, turn: nextTurn())
        guard let slot = freeSlots.popLast() else {
            credits.append(credit)
            return credits.count - 1
        }
        credits[slot] = credit
        return slot
    }

    /// Whoever was chosen last comes last among equals, and so does a newcomer.
    mutating func nextTurn() -> UInt64 {
        turns += 1
        return turns
    }
}
