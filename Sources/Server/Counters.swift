import Kernel

/// What the front door has seen and dropped since it opened; in `server.info`.
struct Counters {
    var commands: UInt64 = 0
    var requests: UInt64 = 0
    var batches: UInt64 = 0
    var commits: UInt64 = 0
    /// Messages answered with an error before they reached the engine.
    var refused: UInt64 = 0
    /// Messages dropped because they held nothing, or no id to answer to.
    var dropped: UInt64 = 0
    /// Answers dropped because their connection was gone or did not read.
    var unread: UInt64 = 0

    var json: JSON {
        [
            "commands": .int(Int64(clamping: commands)), "requests": .int(Int64(clamping: requests)),
            "batches": .int(Int64(clamping: batches)), "commits": .int(Int64(clamping: commits)),
            "refused": .int(Int64(clamping: refused)), "dropped": .int(Int64(clamping: dropped)),
            "unread": .int(Int64(clamping: unread)),
        ]
    }
}
