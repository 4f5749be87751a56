import Kernel
import SagaModel

/// Performs what the plan says with participants that answer from a script, or hold their attempts until told to answer.
///
/// Every event goes through its stored form before it is folded, so that nothing rests on what was only in memory.
struct ScriptedSaga {
    private(set) var state: SagaState
    private(set) var now = Timestamp(milliseconds: 1_000_000)
    private(set) var events: [(event: SagaEvent, time: Timestamp)]
    /// What each attempt answers, in turn; the last one repeats. Without a script everything is done at once.
    var script: [String: [StepOutcome]] = [:]
    /// Steps, undos and probes (`a`, `undo a`, `probe a`) whose attempts are held until `answer`.
    var holding: Set<String> = []
    var random: UInt64 = 0

    init(_ definition: Definition, input: JSON = [:], id: String = "s-1") {
        let start = SagaStart(
            definition: definition.name, version: definition.version, input: input, key: nil, inline: nil,
            deadline: definition.deadline.map { 1_000_000 + $0 })
        state = SagaState(id: id, definition: definition, start: start, at: Timestamp(milliseconds: 1_000_000))
        events = [(.started(start), Timestamp(milliseconds: 1_000_000))]
    }

    /// A short line for each event since the start: `step.started a`.
    var story: [String] {
        events.dropFirst().map { entry in
            [entry.event.name, entry.event.body["step"]?.stringValue].compactMap(\.self).joined(separator: " ")
        }
    }

    var moves: [SagaMove] { SagaPlan.moves(state, at: now) }
    var wakeUp: Int64? { SagaPlan.wakeUp(state) }

    func step(_ name: String) -> StepState { state.steps[state.definition.index(of: name)!] }

    /// The step as the view shows it.
    func shown(_ name: String) -> JSON {
        let steps = state.view(at: now)["steps"]?.arrayValue ?? []
        return steps.first { $0["name"]?.stringValue == name } ?? .null
    }

    mutating func record(_ event: SagaEvent) throws {
        let stored = try SagaEvent(name: event.name, body: try JSON.parse(event.body.bytes))
        try state.apply(stored, at: now)
        events.append((stored, now))
    }

    /// Everything that may be done now, until nothing is left.
    mutating func run() throws {
        for _ in 0..<10_000 {
            guard let move = moves.first else { return }
            try perform(move)
        }
        preconditionFailure("the plan never comes to rest")
    }

    /// Lets time pass without doing anything.
    mutating func moveClock(to time: Timestamp) { now = time }

    mutating func advance(_ milliseconds: Int64) throws {
        now = now.advanced(by: milliseconds)
        try run()
    }

    /// Lets time pass from timer to timer until none is left.
    mutating func runTimers(limit: Int = 10_000) throws {
        try run()
        for _ in 0..<limit {
            guard let due = wakeUp else { return }
            try advance(max(0, due - now.milliseconds))
        }
    }

    /// The participant that holds this attempt answers.
    mutating func answer(_ name: String, _ outcome: StepOutcome) throws {
        let index = state.definition.index(of: name)!
        try record(state.event(for: outcome, ofStep: index, at: now, random: random))
        try run()
    }

    mutating func answerUndo(_ name: String, _ outcome: StepOutcome) throws {
        let index = state.definition.index(of: name)!
        try record(state.event(for: outcome, ofUndo: index, at: now, random: random))
        try run()
    }

    mutating func cancel() throws {
        try record(.cancelRequested(reason: "changed my mind", actor: nil))
        try run()
    }

    /// Performs one move.
    mutating func perform(_ move: SagaMove) throws {
        let act = state.act(for: move, at: now)
        try record(act.event)
        if let failure = act.failure { try record(failure) }
        guard let attempt = act.attempt else { return }
        let name = Self.prefix(attempt.direction) + state.definition.steps[attempt.step].name
        guard !holding.contains(name) else { return }
        let answer = attempt.answer(outcome(of: name, attempt.number))
        guard case .counts(let event) = state.verdict(on: answer, at: now, random: random) else {
            preconditionFailure("the answer to the current attempt counts")
        }
        try record(event)
    }

    private static func prefix(_ direction: Direction) -> String { direction == .do ? "" : direction.rawValue + " " }

    /// Whoever was asked answers, or any other participant of this operation; what came of it.
    @discardableResult
    mutating func take(
        _ operation: String, attempt: Int, _ outcome: StepOutcome, dedupes: Bool = true
    ) throws -> AnswerVerdict {
        let answer = SagaAnswer(operation: operation, attempt: attempt, outcome: outcome, dedupes: dedupes)
        let verdict = state.verdict(on: answer, at: now, random: random)
        switch verdict {
        case .counts(let event): try record(event)
        case .ignored(let event): if let event { try record(event) }
        }
        try run()
        return verdict
    }

    private func outcome(of name: String, _ attempt: Int) -> StepOutcome {
        guard let answers = script[name], let last = answers.last else { return .done }
        return attempt <= answers.count ? answers[attempt - 1] : last
    }
}
