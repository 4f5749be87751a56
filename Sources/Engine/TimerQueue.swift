import EventLog
import Kernel

/// The durable timers, of which only the earliest is held in memory.
struct TimerQueue {
    private var first: Timestamp?
    /// Nothing is fired before this: the disk is full, or the timers cannot be read.
    private var pause: Timestamp?

    /// When the earliest timer is to be looked at.
    var next: Timestamp? { first.map { max($0, pause ?? $0) } }

    /// Puts off every timer, or ends that.
    mutating func postpone(until time: Timestamp?) { pause = time }

    init(_ reader: any LogReader) throws { first = try Self.first(reader) }

    /// Looks again after a commit that changed timers.
    mutating func committed(_ commit: Commit, _ log: any EventLog) throws {
        guard commit.writes.contains(where: { $0.table == .timers }) else { return }
        first = try log.read(Self.first)
    }

    private static func first(_ reader: any LogReader) throws -> Timestamp? {
        var first: Timestamp?
        try reader.visit(.timers, from: [0], backwards: false) { key, _ in
            first = SagaTables.timer(key).map { Timestamp(milliseconds: $0.due) }
            return false
        }
        return first
    }

    /// Timers due at `now`, earliest first.
    func due(at now: Timestamp, _ reader: any LogReader, atMost limit: Int) throws -> [(due: Int64, id: String)] {
        var found: [(due: Int64, id: String)] = []
        try reader.visit(.timers, from: [0], backwards: false) { key, _ in
            guard found.count < limit, let timer = SagaTables.timer(key),
                timer.due <= now.milliseconds + (Mutant.timersFireEarly.isActive ? 5 : 0)
            else { return false }
            found.append(timer)
            return true
        }
        return found
    }
}
