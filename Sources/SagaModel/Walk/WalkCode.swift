import Kernel

/// A saga's state as a row of words, and back: all that its future hangs on, and nothing else.
///
/// Two states with the same row have the same futures. Every state of a walk is made from its row, so that nothing that is
/// not in the row can have a say.
struct WalkCode {
    static let now = Timestamp(milliseconds: 1 << 40)
    static let later = now.milliseconds + 1
    static let never = Int64.max

    // Made once: `allCases` makes a new array each time.
    private static let statuses = SagaStatus.allCases
    private static let stepStatuses = StepStatus.allCases
    private static let undoStatuses = UndoStatus.allCases

    private let blank: SagaState
    private let steps: Range<Int>

    init(_ definition: Definition) {
        let start = SagaStart(
            definition: definition.name, version: definition.version, input: [:], key: nil, inline: nil,
            deadline: definition.deadline.map { _ in Self.never })
        blank = SagaState(id: "walk", definition: definition, start: start, at: Self.now)
        steps = definition.steps.indices
    }

    var first: SagaState { blank }
    var width: Int { steps.count + 1 }

    func row(_ state: SagaState) -> [UInt32] {
        // After the turn back nothing hangs on how an undo ended, but that one failed, and which is the first of them.
        let failed = state.status == .running ? nil : steps.first { state.steps[$0].undo.status == .failed }
        var row = [head(state)]
        row.reserveCapacity(width)
        for index in steps { row.append(word(state, index, isFirstFailed: failed.map { $0 == index })) }
        return row
    }

    private func head(_ state: SagaState) -> UInt32 {
        let asks = state.status == .running && !state.isPastPivot
        let isDue = state.deadline.map { $0 <= Self.now.milliseconds } ?? false
        var stuck: UInt32 = 0
        if let error = state.stuckError {
            stuck = error.step.flatMap { state.definition.index(of: $0) }.map { UInt32($0) + 2 } ?? 1
        }
        return place(state.status, Self.statuses) | (asks && state.cancelRequest != nil ? 8 : 0) | (asks && isDue ? 16 : 0)
            | stuck << 5
    }

    private func word(_ state: SagaState, _ index: Int, isFirstFailed: Bool?) -> UInt32 {
        let step = state.steps[index]
        let status = step.status
        var undo = step.undo.status
        if undo == .failed, isFirstFailed == false { undo = .undone }
        let owes = ![.undone, .waived, .bypassed].contains(undo)
        var word = place(status, Self.stepStatuses) | place(undo, Self.undoStatuses) << 3
        if status.isOpen, step.hadUnknown { word |= 1 << 6 }
        if status == .failed { word |= (step.certainty == .maybe ? 2 : 1) << 7 }
        if owes, step.undo.command != nil { word |= 1 << 9 }
        if step.probe.isOpen { word |= 1 << 11 }
        if owes, step.undo.error != nil, step.undo.command == nil { word |= 1 << 10 }
        return word
    }

    private func place<Case: Equatable>(_ value: Case, _ cases: [Case]) -> UInt32 {
        UInt32(cases.firstIndex(of: value) ?? 0)
    }

    func state(_ row: ArraySlice<UInt32>) -> SagaState {
        var state = blank
        let head = row[row.startIndex]
        state.status = Self.statuses[Int(head & 7)]
        if head & 8 != 0 { state.cancelRequest = Failure(code: "cancelled", message: "") }
        if head & 16 != 0 { state.deadline = Self.now.milliseconds }
        let stuck = Int(head >> 5)
        if stuck > 0 {
            let name = stuck > 1 ? state.definition.steps[stuck - 2].name : nil
            state.stuckError = SagaError(step: name, failure: Self.failure)
        }
        for index in steps { fill(&state.steps[index], row[row.startIndex + 1 + index], state.definition.steps[index]) }
        return state
    }

    private func fill(_ step: inout StepState, _ word: UInt32, _ definition: Step) {
        step.status = Self.stepStatuses[Int(word & 7)]
        step.undo.status = Self.undoStatuses[Int(word >> 3 & 7)]
        step.hadUnknown = word & 1 << 6 != 0
        let certainty = word >> 7 & 3
        step.certainty = certainty == 0 ? nil : certainty == 1 ? Certainty.none : .maybe
        if step.status == .failed || step.status == .retrying || step.status == .unknown { step.error = Self.failure }
        if ![.pending, .skipped, .cancelled].contains(step.status) {
            (step.attempts, step.firstStartedAt) = (1, Self.now)
            if definition.hasEffect { step.call = Self.call }
        }
        let isAsleep = step.status == .running && !definition.hasEffect
        if isAsleep || step.status == .retrying || step.status == .unknown { step.due = Self.later }
        if word & 1 << 9 != 0 {
            var participant = Participant.worker(action: "returned")
            if case .action(let action) = definition.undo { participant = action.operation.participant }
            step.undo.command = UndoCommand(participant, body: [:])
        }
        if word & 1 << 11 != 0 { (step.probe.isOpen, step.probe.attempts, step.due) = (true, 1, nil) }
        if word & 1 << 10 != 0 || step.undo.status == .failed { step.undo.error = Self.failure }
        if [.undoing, .retrying, .failed].contains(step.undo.status) {
            (step.undo.attempts, step.undo.firstStartedAt) = (1, Self.now)
        }
        if step.undo.status == .retrying { step.undo.due = Self.later }
    }

    // why: no expression is evaluated in a walk, so any key will do.
    static let call = StepCall(key: "key", input: [:], expected: nil)
    static let failure = Failure(code: "walk", message: "")
}

extension OperationTemplate {
    /// With a key that stands for any.
    fileprivate var participant: Participant {
        switch self {
        case .command(let command): .aggregate(AggregateID(command.aggregate, "key"), command: command.name, isRemote: false)
        case .call(let call): .worker(action: call.action)
        }
    }
}
