import Kernel
import Testing

@testable import Engine

/// One random life: every act goes to the pool and to the naive one, and their answers are compared.
struct PoolLife {
    private var pool = WorkerPool()
    private var naive: NaivePool
    private var random: SplitMix
    private var wall = Timestamp(milliseconds: 5_000_000)
    private var tasks = 0
    /// Reserved and not yet decided; some of a worker that has left.
    private var pending: [NaivePool.Promise] = []
    /// How often each task was handed back, which is once at most.
    private var ends: [String: Int] = [:]
    private(set) var (opened, lost, claimed, throttled) = (0, 0, 0, 0)

    init(seed: UInt64) {
        random = SplitMix(state: seed)
        naive = NaivePool(now: wall)
    }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    private mutating func pick<Element>(_ list: [Element]) -> Element? { list.isEmpty ? nil : list[below(list.count)] }
    private mutating func peer() -> PeerID { PeerID(number: below(6)) }
    private mutating func lane() -> Lane { below(3) == 0 ? .undo : .forward }

    private mutating func duty() -> Duty { [.action("a"), .action("b"), .action("c"), .aggregate("a")][below(4)] }

    mutating func step() throws {
        switch below(20) {
        case 0: try ready()
        case 1 where below(3) == 0: leave()
        case 2...8: reserve()
        case 9...13: decide()
        case 14, 15: close()
        case 16 where below(4) == 0: adopt()
        case 17: heard()
        default: time()
        }
    }

    private mutating func ready() throws {
        let actions = ["a", "b", "c"].filter { _ in below(3) > 0 }
        let limits = actions.filter { _ in below(2) > 0 }.map { action in
            let rate = below(2) == 0 ? NaivePool.rates[action].map(Double.init) : nil
            return (action, ActionLimit(concurrent: below(2) == 0 ? 1 + below(6) : nil, perSecond: rate))
        }
        let known = pool.leases.keys.sorted()
        let offer = WorkerOffer(
            actions: actions, aggregates: below(2) == 0 ? ["a"] : [], credit: below(20), heartbeat: Int64(100 + below(400)),
            holding: (0..<below(5)).map { _ in pick(known) ?? "none" } + (below(4) == 0 ? ["gone"] : []),
            limits: Dictionary(uniqueKeysWithValues: limits))
        let peer = peer()
        let answer = try pool.ready(peer, offer, at: wall)
        let expected = naive.ready(peer, offer)
        #expect(answer.claimed.map(\.task) == expected.claimed && answer.gone == expected.gone)
        #expect(answer.claimed.allSatisfy { $0.peer == peer })
        claimed += answer.claimed.count
    }

    private mutating func leave() {
        let peer = peer()
        let leases = pool.leave(peer)
        let expected = naive.leave(peer)
        #expect(leases == expected)
        end(leases)
        lost += leases.count
    }

    private mutating func reserve() {
        let (duty, lane) = (duty(), lane())
        if below(4) == 0 {
            let may = pool.mayReserve(duty, lane: lane, at: wall)
            let peer = naive.vacancy(duty, lane)
            #expect(may == (peer != nil))
        }
        let peer = pool.reserve(duty, lane: lane, at: wall)
        let expected = naive.reserve(duty, lane)
        #expect(peer == expected)
        guard let peer, let offer = naive.member(peer)?.offer else {
            throttled += naive.refills.first == nil ? 0 : 1
            return
        }
        pending.append(NaivePool.Promise(peer: peer, duty: duty, lane: lane))
        let (forward, undo) = (naive.used(peer, .forward), naive.used(peer, .undo))
        #expect(forward + undo <= offer.credit && naive.used(duty) <= naive.concurrent(duty))
        if lane == .forward, offer.credit >= 2 { #expect(forward <= offer.credit - max(1, offer.credit / 8)) }
    }

    private mutating func decide() {
        guard let promise = pick(pending), let index = pending.firstIndex(of: promise) else { return }
        pending.remove(at: index)
        guard below(4) > 0 else {
            pool.cancelReservation(promise.peer, promise.duty, lane: promise.lane)
            return naive.cancel(promise)
        }
        tasks += 1
        let subject = LeaseSubject.fold(AggregateID("t", "k"), version: 1)
        let lease = Lease(task: "\(tasks)", duty: promise.duty, lane: promise.lane, peer: promise.peer, subject: subject)
        let isOpen = pool.open(lease)
        let isKept = naive.keep(promise)
        #expect(isOpen == isKept)
        guard isOpen else { return }
        naive.leases.append(lease)
        opened += 1
    }

    private mutating func close() {
        let task = pick(pool.leases.keys.sorted()) ?? "none"
        let lease = pool.close(task)
        let expected = naive.close(task)
        #expect(lease == expected)
        end([lease].compactMap(\.self))
    }

    private mutating func adopt() {
        tasks += 1
        let lease = Lease(
            task: "\(tasks)", duty: duty(), lane: lane(), peer: nil, subject: .decide(AggregateID("t", "k"), version: 0))
        let wait = Int64(below(900))
        pool.adopt([lease], until: wall.advanced(by: wait))
        naive.leases.append(lease)
        naive.orphans.set(lease.task, naive.now.advanced(by: wait))
        opened += 1
    }

    private mutating func heard() {
        let peer = peer()
        pool.heard(peer, at: wall)
        if let offer = naive.member(peer)?.offer { naive.silences.set(peer, naive.now.advanced(by: 3 * offer.heartbeat)) }
    }

    /// Time goes on, now and then back on the wall, and everything that is due is taken.
    private mutating func time() {
        let passed = below(25) == 0 ? -Int64(below(5_000)) : Int64(below(120))
        wall = wall.advanced(by: passed)
        naive.advance(passed)
        takeSilent()
        takeHeartbeats()
        takeOrphans()
        takeRefills()
    }

    private mutating func takeSilent() {
        var expected: [[Lease]] = []
        var peers: [PeerID] = []
        while let peer = naive.silences.popFirst(at: naive.now) {
            peers.append(peer)
            expected.append(naive.leave(peer))
        }
        let gone = pool.silent(at: wall)
        #expect(gone.map(\.peer) == peers && gone.map(\.leases) == expected)
        end(gone.flatMap(\.leases))
        lost += expected.joined().count
    }

    private mutating func takeHeartbeats() {
        var expected: [PeerID] = []
        while let peer = naive.heartbeats.popFirst(at: naive.now) { expected.append(peer) }
        for peer in expected { naive.heartbeats.set(peer, naive.now.advanced(by: naive.member(peer)?.offer.heartbeat ?? 0)) }
        let due = pool.heartbeatsDue(at: wall)
        #expect(due == expected)
    }

    private mutating func takeOrphans() {
        var expected: [Lease?] = []
        while let task = naive.orphans.popFirst(at: naive.now) { expected.append(naive.close(task)) }
        let expired = pool.expiredOrphans(at: wall)
        #expect(expired.map(Optional.some) == expected)
        end(expired)
    }

    private mutating func takeRefills() {
        var expected: [String] = []
        while let action = naive.refills.popFirst(at: naive.now) { expected.append(action) }
        let actions = pool.refilled(at: wall)
        #expect(actions == expected)
    }

    private mutating func end(_ leases: [Lease]) {
        for lease in leases {
            ends[lease.task, default: 0] += 1
            #expect(ends[lease.task] == 1)
        }
    }

    func check() {
        #expect(pool.leaseCount == naive.leases.count && naive.leases.allSatisfy { pool.lease($0.task) == $0 })
        #expect(opened == ends.count + pool.leaseCount)
        #expect(pool.count == naive.members.count && pool.reservations == naive.promises.count)
        for member in naive.members {
            let credit = pool.workers[member.peer].map { pool.credits[$0.slot] }
            #expect(credit?.forward == naive.used(member.peer, .forward) && credit?.undo == naive.used(member.peer, .undo))
        }
        #expect(pool.offeredActions == Set(naive.members.flatMap(\.offer.actions)).sorted())
        let times = [naive.silences.first, naive.heartbeats.first, naive.orphans.first, naive.refills.first]
        let next = times.compactMap(\.self).min()
        #expect(pool.wakeUp.map { $0.milliseconds - wall.milliseconds } == next.map { $0.milliseconds - naive.now.milliseconds })
        for duty in [Duty.action("a"), .action("b"), .action("c"), .aggregate("a")] {
            #expect((pool.desks[duty]?.inUse ?? 0) == naive.used(duty))
        }
    }
}
