public import Kernel

/// Which past state of an aggregate to fold.
public enum Moment: Sendable, Equatable {
    case now
    case version(UInt64)
    case position(UInt64)
    case time(Timestamp)
}
