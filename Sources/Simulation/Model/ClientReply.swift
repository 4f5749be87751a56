/// What a client is told, as far as both sides must agree on it. Messages for people are not compared.
public enum ClientReply: Sendable, Equatable {
    /// A command was accepted: the cell's version after it, and the value in its result.
    case accepted(version: UInt64, value: Int64)
    /// A start: the saga's id, its shown state, and whether it was there before.
    case started(saga: String, state: String, existing: Bool)
    /// A `command.submit`: `accepted`, or `done` when the id was known.
    case submitted(state: String)
    case registered
    /// An operator's act: the saga's shown state after it.
    case acted(state: String)
    /// An error's code, and `reason` where its details have one.
    case fault(code: String, reason: String?)

    /// Whether the answer is one that must be remembered, so that it cannot be given without writing.
    func isKept(for act: ClientOperation.Act) -> Bool {
        guard case .fault(let code, _) = self else { return true }
        guard case .command = act else { return false }
        return ["rejected", "conflict", "handler_failed"].contains(code)
    }
}
