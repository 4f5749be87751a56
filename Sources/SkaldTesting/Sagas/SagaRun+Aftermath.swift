import Engine
import Kernel
import SagaModel
import Wire

/// What comes after the end: a client that asks again, and a person who repairs.
extension SagaRun {
    /// The start sent once more means the same saga, and nothing happens.
    static func startAgain(_ scaffold: SagaScaffold, on server: ScaffoldServer, _ view: JSON) throws {
        let before = try server.aggregates()
        let name = scaffold.definition.name
        let answer = try server.ask(
            "saga.start", ["definition": .string(name), "input": scaffold.input, "id": .string(id)], crashing: false)
        let after = try server.aggregates()
        guard answer["existing"] == true, answer["state"] == view["state"], before == after else {
            throw Difference(
                "\(name), started again at its end", expected: "the same saga, and nothing happens",
                actual: "\(answer.text); \(SagaScaffold.text(after))")
        }
    }

    /// A person has everything retried that it is stuck on, until it is stuck no more. Returns its view; nil when it was not stuck.
    static func repair(
        _ scaffold: SagaScaffold, on server: ScaffoldServer, _ stuck: JSON, crashing: Bool
    ) throws -> JSON? {
        guard stuck["state"] == "stuck" else { return nil }
        var view = stuck
        // A repaired undo may lead to another that is stuck, at most one for each step.
        for _ in view["steps"]?.arrayValue ?? [] where view["state"] == "stuck" {
            guard let step = stuckStep(view, scaffold) else { break }
            server.unsettle(id)
            try server.ask(
                "saga.repair", ["id": .string(id), "step": .string(step), "do": "retry", "reason": "the scaffold repairs it"],
                crashing: crashing)
            view = try finish(server, crashing: crashing, cancelling: nil)
        }
        return view
    }

    private static func stuckStep(_ view: JSON, _ scaffold: SagaScaffold) -> String? {
        let steps = view["steps"]?.arrayValue ?? []
        let undo = steps.indices.first { steps[$0]["undo"]?["state"] == "undo_failed" }
        let definition = scaffold.definition
        let failed = steps.indices.first { steps[$0]["state"] == "failed" && !definition.steps[$0].isOptional }
        return (undo ?? failed).map { definition.steps[$0].name }
    }
}
