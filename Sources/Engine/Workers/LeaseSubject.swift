import Kernel
import SagaModel

/// What the answer to a task is about: handed back with the lease, never looked at by the pool.
enum LeaseSubject: Equatable, Sendable {
    case attempt(saga: String, step: Int, direction: Direction, attempt: Int, operation: String)
    case decide(AggregateID, version: UInt64)
    case fold(AggregateID, version: UInt64)
}
