/// What became of a command.
public enum CommandResult: Sendable, Equatable {
    case done(CommandReply)
    case failed(SkaldError)
    /// Not decided yet; ask again.
    case pending
}
