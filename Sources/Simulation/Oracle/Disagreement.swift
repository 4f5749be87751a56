/// The engine did something that the contract does not allow at that moment, or left out what it asks for.
public struct Disagreement: Error, Equatable, CustomStringConvertible {
    public var saga: String
    /// `do:<step>` or `undo:<step>`; nil when it is about the saga as a whole.
    public var step: String?
    public var why: String

    public init(saga: String, step: String? = nil, why: String) {
        self.saga = saga
        self.step = step
        self.why = why
    }

    public var description: String { "saga \(saga)\(step.map { ", \($0)" } ?? ""): \(why)" }
}
