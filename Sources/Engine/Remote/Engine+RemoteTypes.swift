import EventLog
import Kernel
import Wire

/// The types that workers decide for, and who they are.
extension Engine {
    func refuseTooManyTypes(_ types: [String]) throws(Fault) {
        let fresh = types.filter { !isRemote($0) }
        guard !fresh.isEmpty, library.remoteTypes.count + fresh.count > EngineLimits.remoteTypes else { return }
        throw Fault(
            .tooLarge, "this server already knows \(library.remoteTypes.count) aggregate types of workers",
            ["limit": .int(Int64(EngineLimits.remoteTypes))])
    }

    /// Workers offer a type: it is known from now on. The row that says so is written with this batch or, when that fails, with
    /// the next one, so that nothing that rests on it is in the store before it.
    func learn(_ type: String) {
        if library.learn(type) { remote.unwritten.append(type) }
        remote.scan(type)
    }

    /// What comes first in every batch.
    func beginRemote(_ batch: Batch) {
        remote.clock.advance(to: batch.now)
        batch.warnings += remote.warnings
        remote.warnings = []
    }

    /// What the time alone changes.
    func tendRemote(_ batch: Batch, _ space: SpaceState) {
        expireWaiters(batch)
        guard space < .red else { return }
        tendRemote(batch)
        decideOwn(batch)
    }

    /// `worker.list`: who is connected, in the order they came.
    func workers(_ arguments: Arguments) throws -> Answer {
        let limit = try arguments.limit("limit", standard: QueryLimits.page, most: QueryLimits.largestPage)
        let after = try arguments.optionalNumber("after").map { Int(clamping: $0) }
        let page = pool.page(after: after, atMost: limit)
        let answer: JSON = ["workers": .array(page.workers), "next": .optional(page.next.map { Int64($0) })]
        return .answer(answer.bytes)
    }
}
