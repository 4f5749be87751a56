import Kernel
import SagaModel

/// The participants of one run: what they answer and when, and what they have really done, which only a god knows.
struct SimulatedWorld {
    /// What comes of an attempt: answers, each after so many milliseconds. None: it is lost.
    struct Reply {
        var answers: [(after: Int64, SagaAnswer)] = []
    }

    private let definition: Definition
    private let participants: TortureParticipants
    private let faults: TortureCase
    private let asWorkers: Bool
    /// Operations whose effect has happened: a second attempt changes nothing more.
    private var effects: Set<String> = []
    /// By step: whether its effect is there, and whether its undo has closed the door for later ones.
    private(set) var isDone: [Bool]
    private(set) var isReversed: [Bool]
    /// The faults that were really met.
    private(set) var met: [TorturePoint] = []

    init(_ definition: Definition, _ participants: TortureParticipants, _ faults: TortureCase, asWorkers: Bool) {
        self.definition = definition
        self.participants = participants
        self.faults = faults
        self.asWorkers = asWorkers
        isDone = definition.steps.map { _ in false }
        isReversed = isDone
    }

    mutating func reply(to attempt: SagaAttempt, _ random: inout Chance) -> Reply {
        let isFar = asWorkers || attempt.participant.isWorker
        let fault = faults.fault(ofStep: attempt.step, isUndo: attempt.isUndo)
        let delay = isFar ? Int64(1 + random.below(Int(TortureLimits.latency))) : 0
        if attempt.direction == .probe { return probed(attempt, fault, delay, &random) }
        guard let fault else { return Reply(answers: [(delay, done(attempt, &random))]) }
        let point = TorturePoint(step: attempt.step, isUndo: attempt.isUndo, fault: fault)
        if !met.contains(point) { met.append(point) }
        return isFar ? far(attempt, fault, delay, &random) : Reply(answers: [(0, refusal(attempt, fault, &random))])
    }

    /// Who is asked says what is true, unless it never answers; now and then it has to look twice.
    private func probed(_ attempt: SagaAttempt, _ fault: TortureFault?, _ delay: Int64, _ random: inout Chance) -> Reply {
        if fault == .unknownForEver { return Reply() }
        if random.happens(20) {
            return Reply(answers: [(delay, attempt.answer(.unknown(Failure(code: "lost", message: "who knows"))))])
        }
        guard let operation = attempt.origin?.operation, effects.contains(operation) else {
            return Reply(answers: [(delay, attempt.answer(.notNow(Failure(code: "nothing", message: "no effect"), after: 100)))])
        }
        let result = participants.command(definition.steps[attempt.step].action.operation?.name ?? "").results[0]
        return Reply(answers: [(delay, attempt.answer(.done(result: result, version: nil)))])
    }

    private mutating func far(
        _ attempt: SagaAttempt, _ fault: TortureFault, _ delay: Int64, _ random: inout Chance
    ) -> Reply {
        let isFirst = attempt.number == 1
        let timeout = attempt.timeout ?? TortureLimits.timeout
        switch fault {
        case .refused: return Reply(answers: [(delay, refusal(attempt, fault, &random))])
        case .crashed where isFirst:
            if random.happens(50) { _ = done(attempt, &random) }
            return Reply()
        case .notNow where isFirst:
            return Reply(answers: [(delay, attempt.answer(.notNow(Failure(code: "busy", message: "busy"), after: 100)))])
        case .unknownThenDone where isFirst:
            if random.happens(50) { _ = done(attempt, &random) }
            return Reply(answers: [(delay, attempt.answer(.unknown(Failure(code: "lost", message: "who knows"))))])
        case .unknownForEver:
            if random.happens(50) { _ = done(attempt, &random) }
            return Reply()
        case .lateNo where isFirst:
            return Reply(answers: [(timeout + 1 + Int64(random.below(Int(timeout))), refusal(attempt, fault, &random))])
        case .lateNo:
            // Slow, so that the no to the first attempt comes while this one is under way.
            return Reply(answers: [(timeout - 1, done(attempt, &random))])
        case .late where isFirst:
            return Reply(answers: [(timeout + 1 + Int64(random.below(3 * Int(timeout))), done(attempt, &random))])
        case .twice:
            let answer = done(attempt, &random)
            return Reply(answers: [(delay, answer), (delay + Int64(random.below(2 * Int(timeout))), answer)])
        default: return Reply(answers: [(delay, done(attempt, &random))])
        }
    }

    /// Does it, once for an operation, and says so. What was undone before it was done is never done.
    private mutating func done(_ attempt: SagaAttempt, _ random: inout Chance) -> SagaAnswer {
        let results = participants.command(attempt.participant.name).results
        let result = results[random.below(results.count)]
        if effects.insert(attempt.operation).inserted {
            if attempt.isUndo {
                (isDone[attempt.step], isReversed[attempt.step]) = (false, true)
            } else if !isReversed[attempt.step] {
                isDone[attempt.step] = true
            }
        }
        return attempt.answer(.done(result: result, version: nil))
    }

    private func refusal(_ attempt: SagaAttempt, _ fault: TortureFault, _ random: inout Chance) -> SagaAnswer {
        let codes = participants.command(attempt.participant.name).refuses
        let code = fault == .crashed ? "handler_failed" : codes[random.below(codes.count)]
        return attempt.answer(.rejected(Failure(code: code, message: "a simulated no")))
    }
}
