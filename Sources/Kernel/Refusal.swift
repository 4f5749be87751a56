/// The domain's no: a decision that the rules of an aggregate forbid, typed and part of its API.
///
/// Throw it from `decide`. Anything else thrown there is a bug: the command is answered `handler_failed`.
public struct Refusal: Error, Equatable, Sendable {
    public enum Kind: Sendable, Equatable {
        /// The domain says no; answered `rejected` with `code` as its reason, and remembered for the command's id.
        case rejected
        /// The aggregate this command needs does not exist; answered `not_found`, and not remembered.
        case notFound
    }

    public let kind: Kind
    /// For machines, in snake case: `insufficient_funds`.
    public let code: String
    /// For people.
    public let message: String

    public init(_ code: String, _ message: String? = nil) {
        self.kind = .rejected
        self.code = code
        self.message = message ?? code
    }

    private init(missing message: String) {
        kind = .notFound
        code = "not_found"
        self.message = message
    }

    /// The command needs an aggregate that does not exist yet.
    public static func notFound(_ message: String) -> Refusal { Refusal(missing: message) }
}
