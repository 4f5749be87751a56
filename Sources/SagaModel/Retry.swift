import Kernel

/// How often and how soon an attempt is repeated. Times in milliseconds.
public struct Retry: Sendable, Equatable {
    public enum Jitter: String, Sendable { case full, none }

    /// How many attempts in all, the first one counted; nil for no end.
    public var attempts: Int?
    /// Delay before the second attempt; each later one is `factor` times longer, up to `cap`.
    public var first: Int64
    public var factor: Double
    public var cap: Int64
    public var jitter: Jitter
    /// Total time from the first attempt after which no further one starts.
    public var total: Int64?
    /// Codes of definite answers that are retried: only these…
    public var only: [String]?
    /// …or all but these. Without either a definite no is final.
    public var except: [String]?

    public init(
        attempts: Int?, first: Int64 = 500, factor: Double = 2, cap: Int64 = 60_000, jitter: Jitter = .full,
        total: Int64? = nil, only: [String]? = nil, except: [String]? = nil
    ) {
        self.attempts = attempts
        self.first = first
        self.factor = factor
        self.cap = cap
        self.jitter = jitter
        self.total = total
        self.only = only
        self.except = except
    }

    /// One attempt.
    public static let once = Retry(attempts: 1)
    /// Built in for undos, and for steps behind the pivot: without end.
    public static let forever = Retry(attempts: nil)
    /// Built in for probes.
    public static let asking = Retry(attempts: 10)

    /// Whether a definite no with this code may be tried again at all.
    public func covers(definite code: String) -> Bool {
        if Mutant.everyRefusalIsRetried.isActive { return true }
        if let only { return only.contains(bytesOf: code) }
        if let except { return !except.contains(bytesOf: code) }
        return false
    }

    /// Milliseconds to wait after attempt number `attempt` (from 1), at least 1, so that nothing spins; `random` is uniform
    /// over all of UInt64.
    public func delay(after attempt: Int, random: UInt64) -> Int64 {
        let steps = Mutant.delayDoesNotGrow.isActive ? 0 : max(0, attempt - 1)
        let grown = first > 0 ? Double(first) * Self.power(factor, steps) : 0
        let longest = grown < Double(cap) ? Int64(grown) : cap
        switch jitter {
        case .none: return max(1, longest)
        case .full: return longest <= 1 ? 1 : 1 + Int64(random % UInt64(longest))
        }
    }

    /// By squaring: attempts may count to millions. Grows beyond all bounds rather than overflow.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, left) = (1.0, base, exponent)
        while left > 0 {
            if left & 1 == 1 { result *= square }
            square *= square
            left >>= 1
        }
        return result
    }
}
