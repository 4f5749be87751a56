public import Engine
import Glibc
import Synchronization

/// The operating system's randomness, fetched some at a time: each step of a saga asks for it, and each fetch is a system call.
///
/// Any thread.
public final class SystemEntropy: Entropy {
    /// 256 bytes, the most that one call gives.
    private static let fetched = 32
    private let kept = Mutex<[UInt64]>([])

    public init() {}

    public func next() -> UInt64 {
        kept.withLock { kept in
            if kept.isEmpty { kept = Self.fetch() }
            return kept.removeLast()
        }
    }

    /// port: the one place where the server asks for randomness
    private static func fetch() -> [UInt64] {
        var numbers = [UInt64](repeating: 0, count: fetched)
        let result = numbers.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) }
        precondition(result == 0, "the system gives no randomness (errno \(errno))")
        return numbers
    }
}
