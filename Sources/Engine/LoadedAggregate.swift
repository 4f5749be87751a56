import EventLog
import Kernel

/// An aggregate in memory: the fold of its events so far, and where its stream stands.
struct LoadedAggregate: Weighed {
    let handler: AggregateHandler
    var state: any Sendable
    var head: StreamHead
    /// The state was changed by events that were then refused: of no use until it is loaded again.
    var isSpoilt = false
    /// Version of the newest snapshot; 0 when there is none.
    var snapshotVersion: UInt64
    /// Of the state's JSON when it was last weighed, and of the events folded since.
    private(set) var bytes = 0
    private var weighed = 0

    init(handler: AggregateHandler) {
        self.handler = handler
        state = handler.initial
        head = StreamHead(version: 0, position: 0, entryPosition: 0)
        snapshotVersion = 0
    }

    var weight: Int { Weight.aggregate + Weight.stateByte * bytes }

    /// An event of so many bytes was folded. Most change more than they add, so a state that may have doubled is weighed anew: often
    /// enough to be near the truth, and seldom beside the events themselves.
    mutating func grow(by event: Int) {
        bytes += event
        guard bytes - weighed >= max(weighed, Weight.unweighed) else { return }
        weigh((try? handler.encode(state))?.bytes.count ?? bytes)
    }

    /// The state takes so many bytes as JSON.
    mutating func weigh(_ bytes: Int) { (self.bytes, weighed) = (bytes, bytes) }
}

/// Why an aggregate cannot be loaded. It alone is out of service; the rest goes on.
struct Parked: Error, Equatable, CustomStringConvertible {
    let description: String
}
