import Kernel
import Wire

/// A request that is answered when something happens, or when its time is up.
struct Waiter {
    enum Subject: Hashable {
        case saga(String)
        case command(String)

        // Byte for byte: an id is the one that was sent, not one that looks like it.
        static func == (left: Subject, right: Subject) -> Bool {
            switch (left, right) {
            case (.saga(let mine), .saga(let other)), (.command(let mine), .command(let other)): mine.hasBytes(of: other)
            default: false
            }
        }

        func hash(into hasher: inout Hasher) {
            switch self {
            case .saga(let id), .command(let id): ByteKey(id).hash(into: &hasher)
            }
        }
    }

    let subject: Subject
    let id: WireID
    let peer: Peer
    let deadline: Timestamp

    /// The request without its wait. Made anew, so that waiting holds on to no body.
    var request: OperationRequest {
        switch subject {
        case .saga(let saga): Self.request(id, "saga.get", saga)
        case .command(let command): Self.request(id, "command.result", command)
        }
    }

    private static func request(_ id: WireID, _ operation: String, _ subject: String) -> OperationRequest {
        let arguments: JSON = ["id": .string(subject)]
        return OperationRequest(id: id, operation: operation, arguments: arguments.bytes)
    }
}

/// Everyone who waits. Each stands alone: the end of one wait never touches another.
struct Waiters {
    private var waiters: [Int: Waiter] = [:]
    private var bySubject: [Waiter.Subject: Set<Int>] = [:]
    private var byPeer: [Peer: Int] = [:]
    private var nextID = 0
    /// No wait ends before this, so that looking for ended ones is cheap.
    private(set) var nextDeadline: Timestamp?

    var count: Int { waiters.count }

    func count(of peer: Peer) -> Int { byPeer[peer] ?? 0 }

    mutating func add(_ waiter: Waiter) -> Int {
        nextID += 1
        waiters[nextID] = waiter
        bySubject[waiter.subject, default: []].insert(nextID)
        byPeer[waiter.peer, default: 0] += 1
        nextDeadline = min(nextDeadline ?? waiter.deadline, waiter.deadline)
        return nextID
    }

    /// Takes one out; nil when it was answered before.
    mutating func remove(_ id: Int) -> Waiter? {
        guard let waiter = take(id) else { return nil }
        bySubject[waiter.subject]?.remove(id)
        if bySubject[waiter.subject]?.isEmpty == true { bySubject[waiter.subject] = nil }
        return waiter
    }

    /// Takes out everyone who waits for this, in the order they came.
    mutating func remove(_ subject: Waiter.Subject) -> [Waiter] {
        guard let ids = bySubject.removeValue(forKey: subject) else { return [] }
        return ids.sorted().compactMap { take($0) }
    }

    /// Takes out everyone, in the order they came.
    mutating func removeAll() -> [Waiter] {
        defer { nextDeadline = nil }
        return waiters.keys.sorted().compactMap { remove($0) }
    }

    /// Takes out everyone whose time is up.
    mutating func removeExpired(at now: Timestamp) -> [Waiter] {
        guard let next = nextDeadline, next <= now else { return [] }
        let expired = waiters.filter { $0.value.deadline <= now }.keys.sorted()
        let found = expired.compactMap { remove($0) }
        nextDeadline = waiters.values.map(\.deadline).min()
        return found
    }

    private mutating func take(_ id: Int) -> Waiter? {
        guard let waiter = waiters.removeValue(forKey: id) else { return nil }
        if let count = byPeer[waiter.peer] { byPeer[waiter.peer] = count > 1 ? count - 1 : nil }
        return waiter
    }
}
