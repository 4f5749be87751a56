/// What the process ends with. Part of the interface: scripts branch on it.
public enum ProcessStatus: Int32, Sendable, CaseIterable {
    case ok = 0
    /// A rejected command, or a saga that ended any other way than completed.
    case failed = 1
    case usage = 2
    case notFound = 3
    case conflict = 4
    case timeout = 5
    /// Forbidden, unauthenticated, busy, read only, or not possible in this state.
    case refused = 6
    case unreachable = 69
    /// Input or output failed, or a store is damaged or in use.
    case io = 74
    /// A bad configuration or definition.
    case configuration = 78
}
