/// One step of a `SimulatedDefinition`.
public struct SimulatedStep: Sendable, Equatable {
    public enum Action: Sendable, Equatable {
        /// A command on a cell.
        case command(CellCommand, cell: String)
        /// Milliseconds.
        case sleep(Int64)
    }

    public enum Undo: Sendable, Equatable {
        /// None written: `sleep`, the pivot, and whatever lies behind it.
        case nothing
        /// `undo: none` with a reason.
        case waived
        /// A command on the step's own cell.
        case command(CellCommand, SimulatedRetry)
    }

    public enum Condition: Sendable, Equatable {
        /// `${ input.flag }`.
        case flag
        /// `${ steps.<step>.status == '<status>' }`; the step is one of the needs.
        case status(step: Int, is: String)
    }

    public var name: String
    public var needs: [Int]
    public var condition: Condition?
    public var action: Action
    public var undo: Undo
    public var isPivot: Bool
    public var isOptional: Bool
    public var retry: SimulatedRetry
    /// The literal version of `expect`.
    public var expect: UInt64?

    public init(
        name: String, needs: [Int] = [], condition: Condition? = nil, action: Action, undo: Undo, isPivot: Bool = false,
        isOptional: Bool = false, retry: SimulatedRetry = .once, expect: UInt64? = nil
    ) {
        self.name = name
        self.needs = needs
        self.condition = condition
        self.action = action
        self.undo = undo
        self.isPivot = isPivot
        self.isOptional = isOptional
        self.retry = retry
        self.expect = expect
    }
}

/// A retry policy; always without jitter, so that both sides know when.
public struct SimulatedRetry: Sendable, Equatable {
    /// nil: forever.
    public var attempts: Int?
    /// Milliseconds.
    public var first: Int64
    public var factor: Int64
    public var cap: Int64
    /// Codes of definite refusals that are retried: `only: […]`. Empty: a definite no is final.
    public var only: [String]

    public init(attempts: Int?, first: Int64, factor: Int64, cap: Int64, only: [String]) {
        self.attempts = attempts
        self.first = first
        self.factor = factor
        self.cap = cap
        self.only = only
    }

    /// What a step has that says nothing.
    public static let once = SimulatedRetry(attempts: 1, first: 500, factor: 2, cap: 60_000, only: [])
}
