import Kernel

/// A rate with bursts of one second's worth, at least one. In millionths of a token, so that times come out exact.
struct TokenBucket: Sendable {
    private static let token: Int64 = 1_000_000
    private var perMillisecond: Int64
    private var level: Int64
    private var time: Timestamp

    /// Full.
    init(perSecond: Double, at time: Timestamp) {
        perMillisecond = Self.pace(perSecond)
        self.time = time
        level = 0
        level = burst
    }

    /// At least 1, as no rate is below a thousandth a second.
    private static func pace(_ perSecond: Double) -> Int64 { Int64((perSecond * 1_000).rounded()) }

    private var burst: Int64 { max(Self.token, perMillisecond * 1_000) }

    private func level(at now: Timestamp) -> Int64 {
        let elapsed = max(0, now.milliseconds - time.milliseconds)
        guard elapsed <= (burst - level) / perMillisecond else { return burst }
        return level + elapsed * perMillisecond
    }

    func isFull(at now: Timestamp) -> Bool { level(at: now) == burst }

    /// Milliseconds until there is a token; 0 when there is one.
    func wait(at now: Timestamp) -> Int64 {
        let missing = Self.token - level(at: now)
        return missing <= 0 ? 0 : (missing + perMillisecond - 1) / perMillisecond
    }

    mutating func take(at now: Timestamp) {
        level = level(at: now) - Self.token
        time = now
    }

    /// A token that was not used after all.
    mutating func giveBack() { level = min(burst, level + Self.token) }

    /// Another rate from now on; what was used stays used.
    mutating func retune(perSecond: Double, at now: Timestamp) {
        level = level(at: now)
        time = now
        perMillisecond = Self.pace(perSecond)
        level = min(level, burst)
    }
}
