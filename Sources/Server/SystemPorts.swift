import Glibc

/// Time that runs out, whatever happens to the wall clock.
struct Countdown {
    private let end: Int64

    init(milliseconds: Int64) { end = Self.now() + milliseconds }

    /// Milliseconds, never negative.
    var left: Int64 { max(0, end - Self.now()) }
    var isOver: Bool { left == 0 }

    private static func now() -> Int64 { milliseconds(CLOCK_MONOTONIC) }
}

/// port: the one place where the server reads the time.
func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
