/// What became of one command on a cell.
enum OracleVerdict: Equatable {
    /// The cell after it.
    case accepted(CellPicture)
    /// The domain's reason, `conflict` or `handler_failed`.
    case refused(String)

    /// The same as a client is told.
    var reply: ClientReply {
        switch self {
        case .accepted(let cell): .accepted(version: cell.version, value: cell.value)
        case .refused("conflict"): .fault(code: "conflict", reason: nil)
        case .refused("handler_failed"): .fault(code: "handler_failed", reason: nil)
        case .refused(let reason): .fault(code: "rejected", reason: reason)
        }
    }
}
