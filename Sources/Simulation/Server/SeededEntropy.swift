import Engine
import Kernel
import Synchronization

/// The engine's randomness, from the seed.
final class SeededEntropy: Entropy {
    private let random: Mutex<SplitMix>

    init(seed: UInt64) { random = Mutex(SplitMix(state: seed)) }

    func next() -> UInt64 { random.withLock { $0.next() } }
}
