/// A saga was started, or had been before under the same id or key.
public struct StartedSaga: Sendable, Equatable {
    public let id: String
    public let state: String
    /// Whether it had been started before.
    public let existing: Bool

    public init(id: String, state: String, existing: Bool) {
        self.id = id
        self.state = state
        self.existing = existing
    }
}
