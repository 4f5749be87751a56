/// Keeps what would be told of the same thing over and over to once a minute: a client that repeats a command that fails must not
/// fill the operator's log.
struct Notices {
    private var told: [String: Int64] = [:]

    /// Whether to tell of it now. `uptime` in milliseconds.
    mutating func mayTell(of subject: String, at uptime: Int64) -> Bool {
        if let last = told[subject], uptime - last < EngineLimits.noticeInterval { return false }
        // Told once more is no harm; a table without end is.
        if told.count >= EngineLimits.notices { told.removeAll() }
        told[subject] = uptime
        return true
    }
}
