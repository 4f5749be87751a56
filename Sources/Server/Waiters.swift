import Kernel
import Wire

/// A request that is answered when something happens, or when its time is up.
struct Waiter {
    enum Subject: Hashable {
        case saga(String)
        case command(String)
    }

    let subject: Subject
    let request: OperationRequest
    let peer: Peer
    let deadline: Timestamp
}

/// Everyone who waits. Each stands alone: the end of one wait never touches another.
struct Waiters {
    private var waiters: [Int: Waiter] = [:]
    private var bySubject: [Waiter.Subject: [Int]] = [:]
    private var nextID = 0
    /// No wait ends before this, so that looking for ended ones is cheap.
    private(set) var nextDeadline: Timestamp?

    var count: Int { waiters.count }

    mutating func add(_ waiter: Waiter) -> Int {
        nextID += 1
        waiters[nextID] = waiter
        bySubject[waiter.subject, default: []].append(nextID)
        nextDeadline = min(nextDeadline ?? waiter.deadline, waiter.deadline)
        return nextID
    }

    func contains(_ id: Int) -> Bool { waiters[id] != nil }

    /// Takes one out; nil when it was answered before.
    mutating func remove(_ id: Int) -> Waiter? {
        guard let waiter = waiters.removeValue(forKey: id) else { return nil }
        bySubject[waiter.subject]?.removeAll { $0 == id }
        if bySubject[waiter.subject]?.isEmpty == true { bySubject[waiter.subject] = nil }
        return waiter
    }

    /// Takes out everyone who waits for this, in the order they came.
    mutating func remove(_ subject: Waiter.Subject) -> [Waiter] {
        guard let ids = bySubject[subject] else { return [] }
        return ids.compactMap { remove($0) }
    }

    /// Takes out everyone whose time is up.
    mutating func removeExpired(at now: Timestamp) -> [Waiter] {
        guard let next = nextDeadline, next <= now else { return [] }
        let expired = waiters.filter { $0.value.deadline <= now }.keys.sorted()
        let found = expired.compactMap { remove($0) }
        nextDeadline = waiters.values.map(\.deadline).min()
        return found
    }
}
