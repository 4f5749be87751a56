import EventLog
import Kernel
import Synchronization

/// The segments of the log's end that the tables may not hold yet, oldest first; the last one grows.
///
/// A segment is there from before its first commit until after the commit that folded its last row. So a reader that finds the
/// same segments before and after its transaction began has all that the transaction does not find in the tables.
final class LogTail: Sendable {
    struct Segments: Sendable {
        var all: [TailSegment]
        /// Changes whenever the list does.
        var generation = 0
    }

    private let segments: Mutex<Segments>
    private let room: Int

    /// `room` is what a segment is expected to hold.
    init(room: Int) {
        self.room = room
        segments = Mutex(Segments(all: [TailSegment(room: room)]))
    }

    var current: Segments { segments.withLock { $0 } }

    var active: TailSegment { segments.withLock { $0.all[$0.all.count - 1] } }

    /// Begins a new segment; answers those before it, which grow no more.
    func rotate() -> [TailSegment] {
        segments.withLock { segments in
            let frozen = segments.all
            segments.all.append(TailSegment(room: room))
            segments.generation += 1
            return frozen
        }
    }

    /// Lets go of the oldest segments, which are folded.
    func drop(_ count: Int) {
        segments.withLock { segments in
            segments.all.removeFirst(count)
            segments.generation += 1
        }
    }

    func holdsReceipt(_ id: String) -> Bool {
        id.withBytes { id in current.all.contains { $0.receipt(id) != nil } }
    }
}
