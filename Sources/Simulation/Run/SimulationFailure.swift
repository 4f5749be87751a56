/// What a run found: a rule of the product that does not hold.
public struct SimulationFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The rule, by a short name: `replies`, `sagas`, `acknowledged`, …
    public let rule: String
    public let what: String
    /// The step of the run in which it showed.
    public var step = 0

    init(rule: String, _ what: String) {
        self.rule = rule
        self.what = what
    }

    public var description: String { "step \(step), \(rule): \(what)" }
}
