import Kernel

@testable import Engine

/// The rules of the pool by counting everything anew each time. Each action has one rate, which a worker declares or not.
struct NaivePool {
    struct Member {
        let peer: PeerID
        var offer: WorkerOffer
        var turn: Int
    }

    struct Promise: Equatable {
        let peer: PeerID
        let duty: Duty
        let lane: Lane
    }

    /// Per second, by action.
    static let rates: [String: Int64] = ["a": 4, "b": 1]

    var now: Timestamp
    var members: [Member] = []
    var promises: [Promise] = []
    /// In the order given.
    var leases: [Lease] = []
    var silences = NaiveDeadlines<PeerID>()
    var heartbeats = NaiveDeadlines<PeerID>()
    var orphans = NaiveDeadlines<String>()
    var refills = NaiveDeadlines<String>()
    /// Millionths of a token.
    private var tokens = rates.mapValues { $0 * 1_000_000 }
    private var turns = 0

    init(now: Timestamp) { self.now = now }

    mutating func advance(_ milliseconds: Int64) {
        guard milliseconds > 0 else { return }
        now = now.advanced(by: milliseconds)
        for (action, rate) in Self.rates { tokens[action] = min(rate * 1_000_000, tokens[action]! + rate * 1_000 * milliseconds) }
    }

    func member(_ peer: PeerID) -> Member? { members.first { $0.peer == peer } }

    func used(_ peer: PeerID, _ lane: Lane) -> Int {
        leases.filter { $0.peer == peer && $0.lane == lane }.count + promises.filter { $0.peer == peer && $0.lane == lane }.count
    }

    func used(_ duty: Duty) -> Int { leases.filter { $0.duty == duty }.count + promises.filter { $0.duty == duty }.count }

    func offering(_ duty: Duty) -> [Member] { members.filter { $0.offer.duties.contains(duty) } }

    func concurrent(_ duty: Duty) -> Int { offering(duty).compactMap { $0.offer.limit(duty)?.concurrent }.min() ?? .max }

    private func room(_ member: Member, _ lane: Lane) -> Int {
        let credit = member.offer.credit
        let kept = credit >= 2 ? max(1, credit / 8) : 0
        let free = credit - used(member.peer, .forward) - used(member.peer, .undo)
        return lane == .undo ? free : min(free, credit - kept - used(member.peer, .forward))
    }

    private func wait(_ action: String) -> Int64 {
        let isRated = offering(.action(action)).contains { $0.offer.limits[action]?.perSecond != nil }
        guard isRated, let rate = Self.rates[action], let level = tokens[action] else { return 0 }
        return (0...).first { level + $0 * rate * 1_000 >= 1_000_000 }!
    }

    mutating func vacancy(_ duty: Duty, _ lane: Lane) -> PeerID? {
        let most = offering(duty).map { room($0, lane) }.max() ?? 0
        guard most > 0, used(duty) < concurrent(duty) else { return nil }
        if case .action(let name) = duty, wait(name) > 0 {
            refills.set(name, now.advanced(by: wait(name)))
            return nil
        }
        return offering(duty).filter { room($0, lane) == most }.min { $0.turn < $1.turn }?.peer
    }

    mutating func reserve(_ duty: Duty, _ lane: Lane) -> PeerID? {
        guard let peer = vacancy(duty, lane) else { return nil }
        let isRated = offering(duty).contains { $0.offer.limit(duty)?.perSecond != nil }
        promises.append(Promise(peer: peer, duty: duty, lane: lane))
        turns += 1
        members[members.firstIndex { $0.peer == peer }!].turn = turns
        if isRated { tokens[duty.name]! -= 1_000_000 }
        if case .action(let name) = duty { refills.remove(name) }
        return peer
    }

    mutating func keep(_ promise: Promise) -> Bool {
        guard let index = promises.firstIndex(of: promise) else { return false }
        promises.remove(at: index)
        return true
    }

    mutating func cancel(_ promise: Promise) {
        guard keep(promise), case .action(let name) = promise.duty else { return }
        let isRated = offering(promise.duty).contains { $0.offer.limits[name]?.perSecond != nil }
        if isRated, let rate = Self.rates[name] { tokens[name] = min(rate * 1_000_000, tokens[name]! + 1_000_000) }
        if refills.contains(name) { refills.set(name, now.advanced(by: wait(name))) }
    }

    mutating func close(_ task: String) -> Lease? {
        orphans.remove(task)
        return leases.firstIndex { $0.task == task }.map { leases.remove(at: $0) }
    }

    mutating func ready(_ peer: PeerID, _ offer: WorkerOffer) -> (claimed: [String], gone: [String]) {
        let before = member(peer)?.offer.actions ?? []
        if let index = members.firstIndex(where: { $0.peer == peer }) {
            members[index].offer = offer
        } else {
            turns += 1
            members.append(Member(peer: peer, offer: offer, turn: turns))
        }
        retime(before + offer.actions)
        heartbeats.set(peer, now.advanced(by: offer.heartbeat))
        silences.set(peer, now.advanced(by: 3 * offer.heartbeat))
        var (claimed, gone): ([String], [String]) = ([], [])
        for task in offer.holding where !claimed.contains(task) && !gone.contains(task) {
            guard let index = leases.firstIndex(where: { $0.task == task }) else {
                gone.append(task)
                continue
            }
            guard leases[index].peer != peer else { continue }
            var lease = leases.remove(at: index)
            lease.peer = peer
            leases.append(lease)
            orphans.remove(task)
            claimed.append(task)
        }
        return (claimed, gone)
    }

    mutating func leave(_ peer: PeerID) -> [Lease] {
        guard let member = member(peer) else { return [] }
        let lost = leases.filter { $0.peer == peer }
        leases.removeAll { $0.peer == peer }
        promises.removeAll { $0.peer == peer }
        members.removeAll { $0.peer == peer }
        retime(member.offer.actions)
        silences.remove(peer)
        heartbeats.remove(peer)
        return lost
    }

    private mutating func retime(_ actions: [String]) {
        for action in actions where refills.contains(action) {
            if offering(.action(action)).isEmpty {
                refills.remove(action)
            } else {
                refills.set(action, now.advanced(by: wait(action)))
            }
        }
    }
}
