import EventLog

extension Table {
    /// Tables whose rows wait in the tail until they are folded, as those of the index do: written with each commit they would
    /// cost a page or two each. Rows that come and go within a moment, and those that are visited for each of them, do not.
    static let waiting: [Table] = [.sagas, .sagaStates, .businessKeys]

    /// Among those that wait; nil when its rows go with their commit.
    var waitingNumber: Int? {
        switch self {
        case .sagas: 0
        case .sagaStates: 1
        case .businessKeys: 2
        case .snapshots, .timers, .server, .queue, .leases, .inbox: nil
        }
    }
}
