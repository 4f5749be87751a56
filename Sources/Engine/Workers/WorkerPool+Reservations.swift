import Kernel

extension WorkerPool {
    /// Takes one credit of the worker with most room, in turn among equals, and one token of the action's rate; nil when
    /// nobody can take it now. Costs a look at each worker that offers it.
    ///
    /// Limits protect the participant and hold for both lanes; ask for the undo lane first.
    mutating func reserve(_ duty: Duty, lane: Lane, at now: Timestamp) -> PeerID? {
        guard let slot = vacancy(duty, lane, now) else { return nil }
        let peer = credits[slot].peer
        credits[slot].take(lane)
        credits[slot].turn = nextTurn()
        workers[peer]?.book(Worker.Booking(duty: duty, lane: lane))
        desks[duty]?.take()
        desks[duty]?.takeToken(at: clock.now)
        if case .action(let name) = duty { refills.remove(name) }
        reservations += 1
        return peer
    }

    mutating func reserve(action: String, lane: Lane, at now: Timestamp) -> PeerID? {
        reserve(.action(action), lane: lane, at: now)
    }

    /// Whether `reserve` would find a worker. Like it, it sees to it that `wakeUp` and `refilled` tell when a rate allows more.
    mutating func mayReserve(_ duty: Duty, lane: Lane, at now: Timestamp) -> Bool { vacancy(duty, lane, now) != nil }

    mutating func mayReserve(action: String, lane: Lane, at now: Timestamp) -> Bool {
        mayReserve(.action(action), lane: lane, at: now)
    }

    /// Turns a reservation into a lease, once its attempt is durable. False when the worker has left meanwhile and the
    /// reservation with it: nobody holds the attempt then, it is as unknown as those that `leave` returned.
    mutating func open(_ lease: Lease) -> Bool {
        precondition(leases[lease.task] == nil, "a task id is never reused")
        let booking = Worker.Booking(duty: lease.duty, lane: lease.lane)
        guard let peer = lease.peer, workers[peer]?.unbook(booking) ?? false else { return false }
        reservations -= 1
        leases[lease.task] = lease
        give(lease.task, to: peer)
        return true
    }

    /// The attempt did not become durable: credit and token come back. Nothing to do when the worker has left meanwhile.
    mutating func cancelReservation(_ peer: PeerID, _ duty: Duty, lane: Lane) {
        guard let slot = workers[peer]?.slot,
            workers[peer]?.unbook(Worker.Booking(duty: duty, lane: lane)) ?? false
        else { return }
        reservations -= 1
        credits[slot].giveBack(lane)
        desks[duty]?.giveBack()
        desks[duty]?.giveBackToken()
        if case .action(let name) = duty, refills.contains(name) { throttle(duty) }
        tidy(duty)
    }

    private mutating func vacancy(_ duty: Duty, _ lane: Lane, _ now: Timestamp) -> Int? {
        clock.advance(to: now)
        guard leases.count + reservations < EngineLimits.leases, let desk = desks[duty], desk.hasPlace,
            let slot = roomiest(desk.members, lane)
        else { return nil }
        guard desk.wait(at: clock.now) > 0 else { return slot }
        throttle(duty)
        return nil
    }

    private func roomiest(_ slots: [Int], _ lane: Lane) -> Int? {
        var best: Int?
        var (most, first) = (0, UInt64.max)
        for slot in slots {
            let (room, turn) = (credits[slot].room(lane), credits[slot].turn)
            guard room > most || (room == most && room > 0 && turn < first) else { continue }
            (best, most, first) = (slot, room, turn)
        }
        return best
    }
}
