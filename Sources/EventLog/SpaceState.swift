/// Disk full is a designed state, with two watermarks.
public enum SpaceState: Sendable, Equatable, Comparable {
    case green
    /// New sagas and commands are refused; running sagas, undo and operators go on from the reserve.
    case amber
    /// Read only.
    case red
}
