import Kernel
import SagaModel
import SkaldClient
import Wire

/// What templates read: `task`, `response` and `env`, as members of one object.
struct RecordScope: Scope {
    let input: JSON
    var saga: JSON { .null }
    func step(_ index: Int) -> StepFacts { StepFacts(status: "", result: .null, error: .null) }

    static let task = ExpressionNames.Record(
        "task", fields: ["id", "action", "operation", "attempt", "saga", "step", "direction", "input", "done", "headers"])
    static let response = ExpressionNames.Record("response", fields: ["status", "headers", "body"])
    /// Read once, when the worker starts. Not for answers: a secret has no place in a saga's history.
    static let environment = ExpressionNames.Record("env")

    init(task: WorkerTask? = nil, environment: JSON? = nil, response: JSON? = nil) {
        var object = JSONObject()
        if let task { object.append("task", Self.json(task)) }
        if let environment { object.append("env", environment) }
        if let response { object.append("response", response) }
        input = .object(object)
    }

    private static func json(_ task: WorkerTask) -> JSON {
        var headers = JSONObject()
        for header in task.headers where !headers.contains(header.name) { headers.append(header.name, .string(header.value)) }
        return [
            "id": .string(task.id), "action": .string(task.action), "operation": .string(task.operation),
            "attempt": .int(Int64(clamping: task.attempt)), "saga": .string(task.saga), "step": .string(task.step),
            "direction": .string(task.direction.rawValue), "input": task.input, "done": done(task.doneOperation),
            "headers": .object(headers),
        ]
    }

    private static func done(_ done: DoneOperation?) -> JSON {
        guard let done else { return .null }
        return ["operation": .string(done.operation), "input": done.input, "result": done.result ?? .null]
    }
}
