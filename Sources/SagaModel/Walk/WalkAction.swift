/// One thing that happens next to a saga in a walk: a move with what comes of it, an answer, or the passing of time.
public struct WalkAction: Sendable, Hashable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// The first move of the plan.
        case move
        /// The time of a waiting step or undo has come: its move.
        case wake
        /// The participant that holds an attempt answers.
        case answer
        /// An earlier attempt of an operation that nobody was sure of turns out to be done.
        case late
        case deadline, cancel
    }

    public let kind: Kind
    public let isUndo: Bool
    public let choice: WalkChoice
    public let step: Int

    init(_ kind: Kind, _ choice: WalkChoice = .nothing, step: Int = 0, isUndo: Bool = false) {
        self.kind = kind
        self.choice = choice
        self.step = step
        self.isUndo = isUndo
    }

    /// In one word, as the walk's table keeps it.
    var code: UInt32 {
        UInt32(kind.rawValue) | (isUndo ? 8 : 0) | UInt32(choice.rawValue) << 4 | UInt32(step) << 8
    }

    init?(code: UInt32) {
        guard let kind = Kind(rawValue: UInt8(code & 7)), let choice = WalkChoice(rawValue: UInt8(code >> 4 & 15)) else {
            return nil
        }
        self.init(kind, choice, step: Int(code >> 8), isUndo: code & 8 != 0)
    }
}

/// What comes of a move or an answer, where more than one thing can.
public enum WalkChoice: UInt8, Sendable, CaseIterable {
    case nothing
    /// The condition is false.
    case skipped
    /// The step's key, body or condition has no value.
    case expressionFails
    /// A participant has the attempt and has not answered yet.
    case held
    case done
    /// Done, and the participant returned an undo where the definition has none.
    case doneWithUndo
    /// Done, and what the undo needs is not in the result.
    case doneWithoutUndo
    case refused
    /// Refused with a code that the policy tries again.
    case refusedForNow
    /// Refused after an unknown attempt, by a participant that does not dedupe.
    case distrusted
    case notNow
    case notNowForTheLastTime
    case unknown
    case unknownForTheLastTime
    /// Maybe done, and the undo cannot be made without the result.
    case unknownWithoutUndo
}
