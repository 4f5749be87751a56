import Kernel

/// What the expressions at one place of a definition may read, and what is known about it.
public struct ExpressionRules: Sendable {
    public enum Place: Sendable, Equatable {
        /// The business key: computed before there is a saga.
        case sagaKey
        case step(Int)
        case undo(Int)
        case output
    }

    public let place: Place
    public let input: Schema?
    public let names: [String]
    /// How each step can have ended for those that read it.
    public let endings: [Set<StepEnding>]
    /// Steps that are certain to be finished here.
    public let readable: Set<Int>
    /// What stands before everything here: the step's own `if`.
    public let condition: Expression?

    public init(
        place: Place, input: Schema?, names: [String], endings: [Set<StepEnding>], readable: Set<Int>, condition: Expression?
    ) {
        self.place = place
        self.input = input
        self.names = names
        self.endings = endings
        self.readable = readable
        self.condition = condition
    }

    var guards: StepGuards { condition.map { StepGuards.when($0, is: true) } ?? StepGuards() }

    /// Why a step cannot be read here, and what to do.
    func refusal(of step: Int) -> String? {
        guard !readable.contains(step) else { return nil }
        switch place {
        case .sagaKey: return "the key is computed before any step runs: it may read `input` only"
        case .step(step): return "a step cannot read its own outcome; only its undo can"
        case .step(let reader):
            return "'\(names[reader])' may run before '\(names[step])' is finished; add '\(names[step])' to its `needs`"
        case .undo(let reader):
            return "the undo of '\(names[reader])' may read '\(names[reader])' and its needs; '\(names[step])' is not among them"
        case .output: return nil
        }
    }
}
