/// The code of an `error` answer: for machines. The message beside it is for people.
public enum ErrorCode: String, Sendable, CaseIterable {
    case badRequest = "bad_request"
    case unsupportedVersion = "unsupported_version"
    case unknownOperation = "unknown_operation"
    case unknownAggregate = "unknown_aggregate"
    case unknownCommand = "unknown_command"
    case notFound = "not_found"
    /// The id is older than the retention time; to a worker: the task is not open any more.
    case gone
    /// To a worker: say `ready` first.
    case unknownSession = "unknown_session"
    /// Details: `expected` and `actual`, integers.
    case conflict
    /// The domain's no. Details: `reason`.
    case rejected
    case idReused = "id_reused"
    /// A bug in a handler: nothing was stored.
    case handlerFailed = "handler_failed"
    /// Details: `problems`.
    case invalidDefinition = "invalid_definition"
    /// Details: `reason`.
    case illegalState = "illegal_state"
    case tooLarge = "too_large"
    case unauthenticated
    case forbidden
    /// Details: `retry_after_ms`.
    case busy
    case readOnly = "read_only"
    case timeout
    case `internal`
}
