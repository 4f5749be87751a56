package import EventLog
package import Kernel
package import SagaModel

/// What the simulator looks at beside the answers. Reads only; the server itself needs none of it.
extension Engine {
    /// A live saga as it is held in memory; nil when it is not, or has ended.
    package func residentSaga(_ id: String) -> SagaState? { sagas[ByteKey(id)]?.state }

    /// An aggregate's state and version as held in memory; nil when it is not.
    package func resident(_ id: AggregateID) -> (state: any Sendable, version: UInt64)? {
        aggregates[id].map { ($0.loaded.state, $0.loaded.head.version) }
    }

    /// A registered definition, the highest version.
    package func registered(_ name: String) -> Definition? { library.find(name)?.definition }

    /// A saga folded anew from the log.
    package func storedSaga(_ id: String, _ reader: any LogReader) throws -> SagaState? {
        try sagaReader.load(id, reader)?.state
    }

    /// An aggregate's state and version from the log, with the help of its snapshot or without.
    package func stored(
        _ id: AggregateID, usingSnapshot: Bool, _ reader: any LogReader
    ) throws -> (state: any Sendable, version: UInt64) {
        let handler = try handler(id.type)
        let loaded =
            usingSnapshot
            ? try Hydration.load(id, handler, reader) : try Hydration.load(id, handler, upTo: .head, reader)
        return (loaded.state, loaded.head.version)
    }

    /// The tasks that are open and who holds each, as the pool of workers believes.
    package var heldTasks: [String: PeerID?] { pool.leases.mapValues(\.peer) }

    /// How much credit of a worker is in use, as the pool believes; nil when it is none.
    package func creditInUse(of peer: PeerID) -> Int? { pool.workers[peer].map { pool.credits[$0.slot].inUse } }

    /// What the queue must hold of a saga whose first event is at `start`.
    package static func queueKeys(_ state: SagaState, start: UInt64, at now: Timestamp) -> [[UInt8]] {
        SagaPlan.offers(state, at: now).map { QueueRow($0, start: start).key }
    }
}
