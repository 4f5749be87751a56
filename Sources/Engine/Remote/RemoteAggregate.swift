import EventLog
import Kernel

/// An aggregate that workers decide for, as far as it is held in memory.
struct RemoteAggregate: Sendable, Weighed {
    /// Where its stream stands, with what the batch has staged.
    var head: StreamHead
    /// The newest first, one of each schema: while workers of two schemas are connected each folds only what is new to it.
    private(set) var states: [RemoteState] = []
    /// Version of the snapshot written last; 0 when none is known.
    var snapshotVersion: UInt64 = 0

    init(head: StreamHead) { self.head = head }

    func state(_ schema: Int) -> RemoteState? { states.first { $0.schema == schema } }

    mutating func keep(_ state: RemoteState) {
        states.removeAll { $0.schema == state.schema }
        states.insert(state, at: 0)
        if states.count > EngineLimits.remoteSchemas { states.removeLast() }
    }

    var weight: Int { states.reduce(Weight.remoteAggregate) { $0 + $1.json.count } }
}

/// A state as a worker gave it.
struct RemoteState: Sendable, Equatable {
    /// Any JSON; `null` before the first event.
    let json: [UInt8]
    /// The last event folded into it.
    let head: StreamHead
    /// Of the worker that made it: another one folds anew.
    let schema: Int

    static func initial(_ schema: Int) -> RemoteState {
        RemoteState(json: Array("null".utf8), head: StreamHead(version: 0, position: 0, entryPosition: 0), schema: schema)
    }
}
