import Engine
import Kernel
import Synchronization

/// A clock that stands still until it is told to move.
final class VirtualClock: Clock {
    private let time: Atomic<Int64>

    init(milliseconds: Int64) { time = Atomic(milliseconds) }

    func now() -> Timestamp { Timestamp(milliseconds: milliseconds) }

    var milliseconds: Int64 {
        get { time.load(ordering: .relaxed) }
        set { time.store(newValue, ordering: .relaxed) }
    }
}
