/// A saga definition after all checks: a graph of steps as data. Immutable; made by `SagaText` and nothing else.
///
///     text → positioned tree → Definition → plan → events
///
/// A class, because every saga refers to its definition and nobody copies it.
public final class Definition: Sendable {
    public let name: String
    public let version: Int
    public let summary: String?
    /// Gives the business key from the input; nil when a start needs none.
    public let key: Template?
    /// Milliseconds from start up to and including the pivot; nil for no limit.
    public let deadline: Int64?
    /// Milliseconds in one step after which the saga is listed as overdue.
    public let attention: Int64
    /// What a start's input must fit; nil takes any object.
    public let input: Schema?
    /// In the order of the file, which means nothing but gives views and indexes their order.
    public let steps: [Step]
    public let output: Template?
    /// `steps` as a graph.
    public let graph: Graph
    /// Index of the point of no return.
    public let pivot: Int?
    /// Whether anything of it is for workers.
    public let usesWorkers: Bool

    public init(
        name: String, version: Int, summary: String?, key: Template?, deadline: Int64?, attention: Int64, input: Schema?,
        steps: [Step], output: Template?
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.key = key
        self.deadline = deadline
        self.attention = attention
        self.input = input
        self.steps = steps
        self.output = output
        self.graph = Graph(steps: steps)
        self.pivot = steps.firstIndex { $0.isPivot }
        usesWorkers = steps.contains { step in
            let isUndone: Bool = if case .action(let undo) = step.undo { undo.operation.isOffered } else { false }
            return step.action.isOffered || isUndone
        }
    }

    public func index(of step: String) -> Int? { graph.index(of: step) }

    public static let defaultAttention: Int64 = 3_600_000
}
