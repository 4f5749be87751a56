import Kernel

extension WorkerPool {
    func lease(_ task: String) -> Lease? { leases[task] }

    /// Answered, timed out, given up: the credit comes back.
    mutating func close(_ task: String) -> Lease? {
        guard let lease = leases.removeValue(forKey: task) else { return nil }
        release(lease)
        orphans.remove(task)
        desks[lease.duty]?.giveBack()
        tidy(lease.duty)
        return lease
    }

    /// Its holder has time until then; nil: until what is written down.
    mutating func extend(_ task: String, until: Timestamp?) { leases[task]?.extended = until }

    /// After a restart: attempts found open in the store, of which `holding` may name some until then.
    mutating func adopt(_ found: [Lease], until: Timestamp) {
        for var lease in found where leases[lease.task] == nil {
            lease.peer = nil
            leases[lease.task] = lease
            orphans.set(lease.task, clock.steady(until))
            desks[lease.duty, default: Desk()].take()
        }
    }

    /// The tasks named that are open belong to this worker from now on.
    mutating func claim(_ tasks: [String], by peer: PeerID) -> (claimed: [Lease], gone: [String]) {
        var (claimed, gone): ([Lease], [String]) = ([], [])
        var seen: Set<String> = []
        for task in tasks where seen.insert(task).inserted {
            guard let lease = leases[task] else {
                gone.append(task)
                continue
            }
            guard lease.peer != peer, let slot = workers[peer]?.slot else { continue }
            release(lease)
            orphans.remove(task)
            credits[slot].take(lease.lane)
            if !Mutant.claimForgotten.isActive { leases[task]?.peer = peer }
            give(task, to: peer)
            claimed += leases[task].map { [$0] } ?? []
        }
        return (claimed, gone)
    }

    /// Notes a task with the worker whose credit it has.
    mutating func give(_ task: String, to peer: PeerID) {
        leaseOrder += 1
        workers[peer]?.tasks[task] = leaseOrder
    }

    /// Takes a lease from who holds it, if anybody does.
    private mutating func release(_ lease: Lease) {
        guard let peer = lease.peer, let slot = workers[peer]?.slot else { return }
        workers[peer]?.tasks[lease.task] = nil
        if !Mutant.creditLeaks.isActive { credits[slot].giveBack(lease.lane) }
    }
}
