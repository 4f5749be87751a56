import Kernel

/// How a saga began: what every copy of its state and every expression it evaluates refers to.
final class SagaOrigin: Sendable {
    let id: String
    let definition: Definition
    let start: SagaStart
    let startedAt: Timestamp

    init(id: String, definition: Definition, start: SagaStart, startedAt: Timestamp) {
        self.id = id
        self.definition = definition
        self.start = start
        self.startedAt = startedAt
    }
}
