import Kernel

extension WorkerPool {
    /// The next time one of the four below has something to say; nil when nothing waits for time.
    var wakeUp: Timestamp? {
        [silences.first, heartbeats.first, orphans.first, refills.first].compactMap(\.self).min().map(clock.wall)
    }

    /// Any message of a worker tells that it lives.
    mutating func heard(_ peer: PeerID, at now: Timestamp) {
        guard let heartbeat = workers[peer]?.offer.heartbeat else { return }
        clock.advance(to: now)
        workers[peer]?.heard = now
        silences.set(peer, clock.now.advanced(by: heartbeat * EngineLimits.liveness))
    }

    /// Removes the workers of which nothing was heard for `liveness` intervals; the longest silent first, each with what
    /// it held.
    mutating func silent(at now: Timestamp) -> [(peer: PeerID, leases: [Lease])] {
        clock.advance(to: now)
        var lost: [(peer: PeerID, leases: [Lease])] = []
        while let peer = silences.popFirst(at: clock.now) { lost.append((peer, leave(peer))) }
        return lost
    }

    /// The workers that are to be sent a heartbeat now; each is named again after its own interval.
    mutating func heartbeatsDue(at now: Timestamp) -> [PeerID] {
        clock.advance(to: now)
        var due: [PeerID] = []
        while let peer = heartbeats.popFirst(at: clock.now) { due.append(peer) }
        for peer in due {
            guard let interval = workers[peer]?.offer.heartbeat else { continue }
            heartbeats.set(peer, clock.now.advanced(by: interval))
        }
        return due
    }

    /// Closes the orphans that nobody has claimed in time.
    mutating func expiredOrphans(at now: Timestamp) -> [Lease] {
        clock.advance(to: now)
        var expired: [Lease] = []
        while let task = orphans.popFirst(at: clock.now) { expired += close(task).map { [$0] } ?? [] }
        return expired
    }

    /// Actions that waited for nothing but their rate, which now allows one more: try what waits for them.
    mutating func refilled(at now: Timestamp) -> [String] {
        clock.advance(to: now)
        var actions: [String] = []
        while let action = refills.popFirst(at: clock.now) { actions.append(action) }
        return actions
    }
}
