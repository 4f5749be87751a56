import Kernel

extension WorkerPool {
    func offers(_ duty: Duty) -> Bool { desks[duty]?.isOffered ?? false }
    func offers(action: String) -> Bool { offers(.action(action)) }
    func offers(aggregate: String) -> Bool { offers(.aggregate(aggregate)) }

    /// Brings a desk up to date whose members have changed.
    mutating func settle(_ duty: Duty) {
        desks[duty]?.settle(at: clock.now)
        switch duty {
        case .action(let name):
            Self.index(name, offers(duty), &offeredActions)
            // Who waits for a rate waits for the new one.
            if refills.contains(name) { offers(duty) ? throttle(duty) : refills.remove(name) }
        case .aggregate(let name): Self.index(name, offers(duty), &offeredAggregates)
        }
        tidy(duty)
    }

    /// Has `refilled` name the action as soon as its rate allows one more.
    mutating func throttle(_ duty: Duty) {
        guard case .action(let name) = duty, let wait = desks[duty]?.wait(at: clock.now) else { return }
        refills.set(name, clock.now.advanced(by: wait))
    }

    /// Forgets a desk of which nothing is left, and sometimes those of which only a used rate is left.
    mutating func tidy(_ duty: Duty) {
        guard let desk = desks[duty], desk.isIdle else { return }
        guard desk.isRemembering(at: clock.now) else {
            desks[duty] = nil
            return
        }
        idleDesks.append(duty)
        guard idleDesks.count > EngineLimits.rememberedRates else { return }
        for duty in idleDesks where desks[duty]?.isIdle ?? false { desks[duty] = nil }
        idleDesks.removeAll()
    }

    /// Adds a name to a list in order, or takes it out.
    private static func index(_ name: String, _ isOffered: Bool, _ names: inout [String]) {
        var (low, high) = (0, names.count)
        while low < high {
            let middle = (low + high) / 2
            if names[middle] < name { low = middle + 1 } else { high = middle }
        }
        let isListed = low < names.count && names[low] == name
        if isOffered, !isListed { names.insert(name, at: low) }
        if !isOffered, isListed { names.remove(at: low) }
    }
}
