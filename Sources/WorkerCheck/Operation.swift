import Kernel
import Wire

/// One operation of a made-up saga, and the attempts of it so far.
final class Operation {
    static let step = "check"

    let saga: String
    let action: String
    let direction: TaskDirection
    let body: JSON
    private(set) var attempts: UInt64 = 0

    /// A do of its own.
    init(doing action: String, _ input: JSON, saga: String) {
        (self.saga, self.action, direction) = (saga, action, .do)
        body = ["input": input]
    }

    /// The undo of `operation`, or a question after it. `with` is its own input, `result` what the do answered.
    init(_ direction: TaskDirection, of operation: Operation, by action: String, with: JSON, result: JSON? = nil) {
        (saga, self.action, self.direction) = (operation.saga, action, direction)
        var about = JSONObject(uniqueKeysWithValues: [("operation", .string(operation.id)), ("input", operation.input)])
        if direction == .undo { about.append("result", result ?? .null) }
        body = ["input": with, "do": .object(about)]
    }

    /// The same for every attempt.
    var id: String { "\(saga)/\(Self.step)/\(direction.rawValue)" }

    var input: JSON { body.objectValue?["input"] ?? [:] }

    /// The number of the next attempt; some may be left out.
    func nextAttempt(skipping count: UInt64 = 0) -> UInt64 {
        attempts += 1 + count
        return attempts
    }

    func task(_ task: WireID, attempt: UInt64, epoch: UInt64, deadline: Int64) -> ActionTask {
        ActionTask(
            task: task, action: action, operation: id, attempt: attempt, saga: saga, step: Self.step, direction: direction,
            deadlineMilliseconds: deadline, epoch: epoch, body: body.bytes)
    }
}
