import Kernel
import SagaModel

@testable import Engine

/// A pool, a clock and short names.
final class PoolBench {
    var pool = WorkerPool()
    var now = Timestamp(milliseconds: 1_000_000)
    private var tasks = 0

    static func peer(_ number: Int) -> PeerID { PeerID(number: number) }

    static func lease(_ task: String, _ action: String = "a", _ lane: Lane = .forward, _ peer: PeerID? = nil) -> Lease {
        let direction: Direction = lane == .undo ? .undo : .do
        return Lease(
            task: task, duty: .action(action), lane: lane, peer: peer,
            subject: .attempt(saga: "s", step: 0, direction: direction, attempt: 1, operation: "s/x/\(direction.rawValue)"))
    }

    func pass(_ milliseconds: Int64) { now = now.advanced(by: milliseconds) }

    @discardableResult
    func ready(_ number: Int, _ offer: WorkerOffer) throws -> (claimed: [Lease], gone: [String]) {
        try pool.ready(Self.peer(number), offer, at: now)
    }

    func reserve(_ action: String = "a", _ lane: Lane = .forward) -> Int? {
        pool.reserve(action: action, lane: lane, at: now)?.number
    }

    func mayReserve(_ action: String = "a", _ lane: Lane = .forward) -> Bool {
        pool.mayReserve(action: action, lane: lane, at: now)
    }

    /// Reserves and opens; nil when nobody can take it.
    func begin(_ action: String = "a", _ lane: Lane = .forward) -> Lease? {
        guard let peer = pool.reserve(action: action, lane: lane, at: now) else { return nil }
        tasks += 1
        let lease = Self.lease("\(tasks)", action, lane, peer)
        return pool.open(lease) ? lease : nil
    }

    func open(_ lease: Lease) -> Bool { pool.open(lease) }

    func cancel(_ number: Int, _ action: String = "a", _ lane: Lane = .forward) {
        pool.cancelReservation(Self.peer(number), .action(action), lane: lane)
    }

    @discardableResult
    func close(_ task: String) -> Lease? { pool.close(task) }

    @discardableResult
    func leave(_ number: Int) -> [Lease] { pool.leave(Self.peer(number)) }

    func heard(_ number: Int) { pool.heard(Self.peer(number), at: now) }
    func silent() -> [(peer: PeerID, leases: [Lease])] { pool.silent(at: now) }
    func heartbeatsDue() -> [Int] { pool.heartbeatsDue(at: now).map(\.number) }
    func expiredOrphans() -> [Lease] { pool.expiredOrphans(at: now) }
    func refilled() -> [String] { pool.refilled(at: now) }

    func isReady(_ number: Int) -> Bool { pool.isReady(Self.peer(number)) }

    /// Milliseconds until the pool wants to be looked at.
    var wait: Int64? { pool.wakeUp.map { $0.milliseconds - now.milliseconds } }

    /// What is in use of a worker's credit.
    func inUse(_ number: Int) -> Int? { pool.workers[Self.peer(number)].map { pool.credits[$0.slot].inUse } }
}
