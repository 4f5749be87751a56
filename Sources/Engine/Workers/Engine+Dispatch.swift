import EventLog
import Kernel
import SagaModel

/// Hands out what waits, as far as there is credit: undos first, then action after action in turn, the oldest saga first.
extension Engine {
    /// Whether somebody with credit could take something that waits.
    var hasWork: Bool { nextLane(at: clock.now(), except: []) != nil }

    func dispatch(_ batch: Batch) {
        forgetLanes()
        var budget = EngineLimits.offersPerBatch
        // Lanes of which this batch can take no more.
        var spent: Set<QueueLane> = []
        // Bounded: every round spends some of the budget, or a lane.
        while budget > 0, batch.steps < EngineLimits.stepsPerBatch, let lane = nextLane(at: batch.now, except: spent) {
            do {
                let rows = try waiting(lane, batch, atMost: min(budget, EngineLimits.offersPerRound))
                if rows.isEmpty {
                    spent.insert(lane)
                    // A row written in this batch is read in the next.
                    if !batch.crowded.contains(lane) || Mutant.queueForgotten.isActive { crowded.remove(lane) }
                }
                for (row, id) in rows where pool.mayReserve(lane.duty, lane: lane.lane, at: batch.now) {
                    budget -= 1
                    batch.offered.insert(row)
                    take(row, id, batch)
                }
            } catch {
                batch.warnings.append("the queue of \(lane.duty.name) cannot be read: \(error)")
                spent.insert(lane)
            }
        }
    }

    /// Of actions that nobody offers any more: a worker that comes for one crowds it again.
    private func forgetLanes() {
        guard crowded.count > 2 * pool.offeredActions.count + EngineLimits.idleLanes else { return }
        crowded = crowded.filter { pool.offers($0.duty) }
    }

    /// The next lane in which something may wait that a worker could take.
    private func nextLane(at now: Timestamp, except spent: Set<QueueLane>) -> QueueLane? {
        if crowded.isEmpty { return nil }
        for lane in [Lane.undo, .forward] {
            let names = pool.offeredActions
            for offset in names.indices {
                let index = (turns + offset) % names.count
                let found = QueueLane(lane, .action(names[index]))
                guard crowded.contains(found), !spent.contains(found), pool.mayReserve(found.duty, lane: lane, at: now) else {
                    continue
                }
                turns = index + 1
                return found
            }
        }
        return nil
    }

    private func waiting(_ lane: QueueLane, _ batch: Batch, atMost limit: Int) throws -> [(QueueRow, String)] {
        var rows: [(QueueRow, String)] = []
        let seen = batch.offered
        try batch.reader.visit(.queue, from: lane.prefix, backwards: false) { key, value in
            guard let row = QueueRow(key: key, lane) else { return false }
            if !seen.contains(row) { rows.append((row, String(decoding: value, as: UTF8.self))) }
            return rows.count < limit
        }
        return rows
    }

    /// Lets the saga of a row go on: it takes what it can get. A row that says more than is true is removed.
    func take(_ row: QueueRow, _ id: String, _ batch: Batch) {
        do {
            guard let saga = try loadSaga(id, batch), saga.queued.contains(row) else {
                return batch.write(.queue, row.key, nil)
            }
            try turn(of: saga, cause: "\(id)/worker", batch) { _ throws(IllegalTransition) in }
        } catch {
            tell(id, cannotGoOn: error, batch)
            batch.write(.queue, row.key, nil)
            park(id, due: nil, batch)
        }
    }
}
