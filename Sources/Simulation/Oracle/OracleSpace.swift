/// How much room the disk has.
public enum OracleSpace: Sendable, Equatable {
    case green
    /// Nearly full: sagas, undo and operators' acts go on; commands, starts and definitions are refused.
    case amber
    /// Nothing is written.
    case red
}
