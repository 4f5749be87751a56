public import Engine
import Glibc
public import Kernel

/// The wall clock of this machine.
public struct SystemClock: Clock {
    public init() {}

    public func now() -> Timestamp {
        var time = timespec()
        // port: the one place where the server reads the time
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// The operating system's randomness.
public struct SystemEntropy: Entropy {
    public init() {}

    public func next() -> UInt64 {
        // port: the one place where the server asks for randomness
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
