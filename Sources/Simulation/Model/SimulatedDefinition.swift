/// A saga definition as the simulator and its oracle see it: plain data, rendered to text for the engine.
///
/// The oracle reads this and never the engine's own `Definition`, so that both understand a definition on their own.
public struct SimulatedDefinition: Sendable, Equatable {
    public var name: String
    public var version: Int
    /// `key: ${ input.key }`: a start has a business key.
    public var hasKey: Bool
    /// Milliseconds from start up to and including the pivot.
    public var deadline: Int64?
    /// In any order; `needs` are indexes into it.
    public var steps: [SimulatedStep]
    /// Indexes of the steps whose status the output shows, as `<step>: ${ steps.<step>.status }`.
    public var output: [Int]

    public init(
        name: String, version: Int, hasKey: Bool, deadline: Int64?, steps: [SimulatedStep], output: [Int] = []
    ) {
        self.name = name
        self.version = version
        self.hasKey = hasKey
        self.deadline = deadline
        self.steps = steps
        self.output = output
    }
}
