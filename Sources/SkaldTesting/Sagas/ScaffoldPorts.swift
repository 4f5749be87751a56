import Engine
import Kernel
import Synchronization

/// A clock that stands still until it is told to go on: no saga waits in a test.
final class ScaffoldClock: Clock {
    private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

    func now() -> Timestamp { time.withLock { $0 } }
    func advance(to later: Timestamp) { time.withLock { $0 = max($0, later) } }
}

/// Always the same number: nothing in a scaffold is left to chance.
struct ScaffoldEntropy: Entropy {
    func next() -> UInt64 { .max }
}
