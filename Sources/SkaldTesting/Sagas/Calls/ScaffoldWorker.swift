import Engine
import Kernel
import SagaModel
import Wire

/// The worker beside a scaffold's server: offers every action of the definition, and answers at once.
///
///     task ──▶ answered before? ──no──▶ action ──▶ ledger, answer kept ──▶ answer
///                    └──────────────────yes──────────────────────────────▶ the same answer
final class ScaffoldWorker {
    private enum Verdict {
        case done(JSON)
        case refused(Refusal)
    }

    private let definition: Definition
    private let performers: [String: SagaScaffold.Performer]
    private let fault: CallFault?
    private let isForgetful: Bool
    /// What was answered, by operation: the barrier that a participant needs.
    private var verdicts: [String: Verdict] = [:]
    /// In the order they took place.
    private(set) var effects: [CallEffect] = []
    /// Tasks it holds, in the order they came.
    private var inbox: [ActionTask] = []
    /// Its connection; each has another number.
    private(set) var peer = PeerID(number: 0)
    /// Milliseconds without a word of it after which the server takes it for lost.
    private(set) var silence: Int64 = 0

    init(_ scaffold: SagaScaffold, fault: CallFault?, isForgetful: Bool) {
        definition = scaffold.definition
        performers = scaffold.performers
        self.fault = fault
        self.isForgetful = isForgetful
    }

    /// The oldest task it holds.
    var next: ActionTask? { inbox.first }

    func drop(_ task: ActionTask) { inbox.removeAll { $0.task == task.task } }

    /// A new connection, and what it says there first. Its heartbeat is the shortest: what it forgets is missed soon.
    func connect(_ id: WireID) -> WorkerMessage {
        peer = PeerID(number: peer.number + 1)
        return .ready(
            id,
            Ready(
                actions: definition.actions, credit: Int64(definition.steps.count * 2),
                heartbeatMilliseconds: WorkerLimits.heartbeat.lowerBound, dedupes: true, holding: inbox.map(\.task)))
    }

    /// Takes in what the server says on the connection it has now.
    func take(_ frames: [WorkerFrame]) throws {
        for frame in frames where frame.peer == peer {
            switch try WorkerPush.parse(frame.bytes) {
            case .action(let task): inbox.append(task)
            case .welcome(_, let welcome): silence = welcome.heartbeatMilliseconds * welcome.liveness
            // An answer repeated after the kill comes too late.
            case .error(_, let code, _, _) where code == ErrorCode.gone.rawValue: continue
            case .error(_, let code, let message, _):
                throw Difference("what a worker answers is not taken", expected: "taken", actual: "\(code): \(message)")
            default: continue
            }
        }
    }

    /// Whether it forgets that it holds this task: once for each operation, where the definition bears it.
    func forgets(_ task: ActionTask) -> Bool {
        guard isForgetful, task.attempt == 1, let step = definition.index(of: task.step) else { return false }
        return definition.bearsLoss(of: task.direction, step)
    }

    /// Lets the task take place, unless its operation did before, and says what became of it.
    func answer(_ task: ActionTask) throws -> WorkerMessage {
        let body = try JSON.parse(task.body, maximumDepth: JSON.storedDepth)
        let isUnknown = fault?.kind == .unknown && fault?.step == task.step && task.direction != .undo
        if task.direction == .probe, !isUnknown { return try answer(probe: task, body) }
        if task.direction != .probe, verdicts[task.operation] == nil {
            verdicts[task.operation] = try perform(task, body["input"] ?? [:])
        }
        if isUnknown { return .unknown(task.task, message: "the scaffold lets nobody know") }
        guard let verdict = verdicts[task.operation] else { preconditionFailure("it was kept just now") }
        return message(verdict, task)
    }

    /// The ledger knows what became of every operation.
    private func answer(probe task: ActionTask, _ body: JSON) throws -> WorkerMessage {
        guard let verdict = body["do"]?["operation"]?.stringValue.flatMap({ verdicts[$0] }) else {
            return .retry(task.task, afterMilliseconds: 0, message: "it never came here")
        }
        guard case .done = verdict, performers[task.action] != nil else { return message(verdict, task) }
        return message(try verdictOf(task, body["input"] ?? [:]), task)
    }

    private func perform(_ task: ActionTask, _ input: JSON) throws -> Verdict {
        if let fault, fault.step == task.step, task.direction == .do, case .refused(let code) = fault.kind {
            return .refused(Refusal(code, "the scaffold lets this fail"))
        }
        let verdict = try verdictOf(task, input)
        if case .done(let result) = verdict {
            effects.append(
                CallEffect(
                    step: task.step, direction: task.direction, operation: task.operation, action: task.action, input: input,
                    result: result))
        }
        return verdict
    }

    private func verdictOf(_ task: ActionTask, _ input: JSON) throws -> Verdict {
        do { return .done(try performers[task.action]?(input) ?? [:]) } catch let refusal as Refusal {
            guard Names.isName(refusal.code) else {
                throw Difference("\(task.action) refuses \(input.text)", expected: "a code in snake case", actual: refusal.code)
            }
            return .refused(refusal)
        } catch {
            throw Difference("\(task.action) \(input.text)", expected: "a result, or a Refusal thrown", actual: "\(error)")
        }
    }

    private func message(_ verdict: Verdict, _ task: ActionTask) -> WorkerMessage {
        switch verdict {
        case .done(let result): .done(task.task, body: (["result": result] as JSON).bytes)
        case .refused(let refusal): .refuse(task.task, code: refusal.code, message: refusal.message)
        }
    }
}
