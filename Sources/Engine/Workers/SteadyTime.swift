import Kernel

/// Time that never goes back: when the wall clock is set back it goes on from where it was, so that no lease, rate or
/// heartbeat waits for the hour to come round again.
struct SteadyTime: Sendable {
    private(set) var now = Timestamp(milliseconds: .min)
    /// What the wall clock is behind, in milliseconds.
    private var lag: Int64 = 0

    mutating func advance(to wall: Timestamp) {
        let time = steady(wall)
        if time < now { lag += now.milliseconds - time.milliseconds } else { now = time }
    }

    func steady(_ wall: Timestamp) -> Timestamp { wall.advanced(by: lag) }
    func wall(_ steady: Timestamp) -> Timestamp { steady.advanced(by: -lag) }
}
