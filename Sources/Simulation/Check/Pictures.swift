import Kernel
import SagaModel

extension SagaPicture {
    /// The engine's own state in the words of both models.
    init(_ state: SagaState) {
        self.init(
            id: state.id, definition: state.definition.name, version: state.definition.version, key: state.start.key,
            steps: state.definition.steps.indices.map { Step(state, $0) })
        status = state.status.rawValue
        isStuck = state.isStuck
        stuckStep = state.stuckError?.step
        reason = state.reason?.rawValue
        // As views show it: what it is stuck on, as long as nothing has failed before.
        error = (state.error ?? state.stuckError)?.failure.code
        isCancelRequested = state.cancelRequest != nil
        for member in state.output.objectValue?.members ?? [] { output[member.key] = member.value.stringValue }
    }
}

extension SagaPicture.Step {
    fileprivate init(_ state: SagaState, _ index: Int) {
        self.init(name: state.definition.steps[index].name)
        let step = state.steps[index]
        status = step.status.rawValue
        attempts = step.attempts
        value = step.result["value"]?.intValue
        error = step.error?.code
        undo = step.undo.status.rawValue
        undoAttempts = step.undo.attempts
    }
}

extension SagaPicture {
    /// What differs, member by member, for a person.
    func differences(from other: SagaPicture) -> String {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ mine: Value, _ theirs: Value) {
            if mine != theirs { found.append("\(name): the engine has \(mine), the oracle \(theirs)") }
        }
        compare("definition", "\(definition) v\(version)", "\(other.definition) v\(other.version)")
        compare("key", key, other.key)
        compare("status", status, other.status)
        compare("stuck", isStuck, other.isStuck)
        compare("stuck on", stuckStep, other.stuckStep)
        compare("reason", reason, other.reason)
        compare("error", error, other.error)
        compare("cancel requested", isCancelRequested, other.isCancelRequested)
        compare("output", output, other.output)
        for (mine, theirs) in zip(steps, other.steps) where mine != theirs {
            found.append("step \(mine.name): the engine has \(mine), the oracle \(theirs)")
        }
        return found.joined(separator: "; ")
    }
}
