import EventLog

/// One budget for aggregates, live sagas and the states of workers' aggregates.
///
///     used ─▶ young ──half of the budget is young──▶ old ──and once more──▶ forgotten
///                └──────────── used again ◀───────────┘
///
/// All of them change generations together, so that memory is with whatever is used.
extension Engine {
    public var memory: MemoryUse {
        MemoryUse(
            budget: configuration.memory, aggregates: .init(aggregates), sagas: .init(sagas),
            remoteAggregates: .init(remote.cache),
            rotations: rotations)
    }

    /// Brings what is held within the budget. Only between two batches: what one has changed must be found until it is staged as
    /// a whole.
    public func trim() {
        let young = aggregates.young.weight + sagas.young.weight + remote.cache.young.weight
        let old = aggregates.old.weight + sagas.old.weight + remote.cache.old.weight
        let count = aggregates.young.count + sagas.young.count + remote.cache.young.count
        let budget = configuration.memory
        if 2 * young >= budget || young + old > budget || count >= EngineLimits.generation {
            rotations += 1
            aggregates.rotate()
            sagas.rotate()
            remote.cache.rotate()
        }
        release()
        // One batch alone has touched more.
        if young > budget { forgetAll() }
    }

    /// As much as is beyond the budget and, with each batch, a little more, so that it is never much at once.
    private func release() {
        let excess = aggregates.weight + sagas.weight + remote.cache.weight - configuration.memory
        var left = max(excess, EngineLimits.releasedPerBatch)
        left = aggregates.release(left)
        left = sagas.release(left)
        _ = remote.cache.release(left)
    }

    private func forgetAll() {
        aggregates.removeAll()
        sagas.removeAll()
        remote.cache.removeAll()
    }

    /// Weighs events that were folded into an aggregate found in this batch.
    func grow(_ resident: ResidentAggregate, by events: [StoredBody]) {
        let before = resident.weight
        for event in events { resident.loaded.grow(by: event.body.count) }
        aggregates.grew(by: resident.weight - before)
    }
}
