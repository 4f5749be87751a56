import Kernel
import SagaModel

/// One row of the queue: a step of a saga that waits for a worker. Undos come first, then what belongs to the oldest saga.
struct QueueRow: Hashable, Sendable {
    let lane: QueueLane
    /// Position of the saga's first event.
    let start: UInt64
    let step: Int

    init(_ attempt: SagaAttempt, start: UInt64) {
        lane = QueueLane(attempt)
        self.start = start
        step = attempt.step
    }

    init(_ duty: Duty, _ direction: Direction, start: UInt64, step: Int) {
        lane = QueueLane(direction == .do ? .forward : .undo, duty)
        self.start = start
        self.step = step
    }

    /// lane, kind, name, 0, start (8 bytes, big-endian), step (2 bytes, big-endian).
    var key: [UInt8] {
        lane.prefix + SagaTables.bigEndian(start) + [UInt8(truncatingIfNeeded: step >> 8), UInt8(truncatingIfNeeded: step)]
    }

    /// nil for a key of another lane.
    init?(key: [UInt8], _ lane: QueueLane) {
        let prefix = lane.prefix
        guard key.starts(with: prefix), key.count == prefix.count + 10 else { return nil }
        self.lane = lane
        start = SagaTables.number(key[prefix.count...])
        step = Int(key[key.count - 2]) << 8 | Int(key[key.count - 1])
    }
}

/// What waits for the same workers with the same urgency.
struct QueueLane: Hashable, Sendable {
    let lane: Lane
    let duty: Duty

    init(_ lane: Lane, _ duty: Duty) {
        self.lane = lane
        self.duty = duty
    }

    init(_ attempt: SagaAttempt) {
        lane = attempt.direction == .do ? .forward : .undo
        duty = Duty(attempt.participant)
    }

    var prefix: [UInt8] {
        let kind: UInt8 = if case .action = duty { 0 } else { 1 }
        return [UInt8(lane.rawValue), kind] + Array(duty.name.utf8) + [0]
    }
}

extension Duty {
    init(_ participant: Participant) {
        switch participant {
        case .worker(let action): self = .action(action)
        case .aggregate(let id, _, _): self = .aggregate(id.type)
        }
    }
}
