public import Engine
import Glibc
public import Kernel
import Synchronization

/// The time of this machine, made steady: never behind what it told before, and never standing still.
///
///     wall clock     ──────┐ set back
///                          └──────────────────────
///     told           ──────╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌─────    goes on a little slower until the wall clock has caught up
///
/// Sleeps, retries and deadlines are counted in this time: were it to wait for the wall clock, a clock set back by an hour would
/// hold up every saga for that hour. All who share a store share one of these. Any thread.
public final class SystemClock: Clock {
    /// Of the time that passes while it is ahead, this much is told: an hour ahead is made good in sixteen.
    private static let slowed: (Int64, of: Int64) = (15, of: 16)

    /// The last time told that was the wall clock's, and when that was; milliseconds.
    private struct Anchor {
        var told: Int64
        var uptime: Int64
    }

    private let wall: @Sendable () -> Int64
    private let sinceBoot: @Sendable () -> Int64
    private let anchor: Mutex<Anchor>

    /// `floor`: the time of the last event in the store. What comes after it is not before it.
    public convenience init(floor: Timestamp = Timestamp(milliseconds: .min)) {
        self.init(floor: floor, wall: { milliseconds(CLOCK_REALTIME) }, uptime: { milliseconds(CLOCK_MONOTONIC) })
    }

    init(floor: Timestamp, wall: @escaping @Sendable () -> Int64, uptime: @escaping @Sendable () -> Int64) {
        self.wall = wall
        sinceBoot = uptime
        anchor = Mutex(Anchor(told: max(floor.milliseconds, wall()), uptime: uptime()))
    }

    /// The time of this machine as it stands, also when it was set back: for what is read beside other machines' logs.
    public static func wall() -> Timestamp { Timestamp(milliseconds: milliseconds(CLOCK_REALTIME)) }

    /// Moves in steps of some milliseconds.
    public var uptime: Int64 { milliseconds(CLOCK_MONOTONIC_COARSE) }

    public func now() -> Timestamp {
        let (wall, uptime) = (wall(), sinceBoot())
        let told = anchor.withLock { anchor in
            let passed = max(0, uptime - anchor.uptime)
            let steady = anchor.told + passed * Self.slowed.0 / Self.slowed.of
            // Counted from one anchor as long as it lasts: no fraction of a millisecond is lost to many short steps.
            if wall < steady { return steady }
            anchor = Anchor(told: wall, uptime: uptime)
            return wall
        }
        return Timestamp(milliseconds: told)
    }
}
