/// Keeps what would be told of the same thing over and over to once a minute: a client that repeats a command that fails must not
/// fill the operator's log.
struct Notices {
    private(set) var told: [String: Int64] = [:]

    /// Whether to tell of it now. `uptime` in milliseconds.
    mutating func mayTell(of subject: String, at uptime: Int64) -> Bool {
        if let last = told[subject], uptime - last < EngineLimits.noticeInterval { return false }
        if told.count >= EngineLimits.notices { told = told.filter { uptime - $0.value < EngineLimits.noticeInterval } }
        // So much has been told within a minute that more would say nothing.
        guard told.count < EngineLimits.notices else { return false }
        told[subject] = uptime
        return true
    }
}
