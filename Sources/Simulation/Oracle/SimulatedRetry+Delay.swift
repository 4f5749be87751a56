extension SimulatedRetry {
    /// A definite no is tried again only when the policy names its code, and has attempts left.
    func allowsAnother(after code: String, attempts made: Int, limit: Int?) -> Bool {
        guard only.contains(code) else { return false }
        guard let limit else { return true }
        return made < limit
    }

    /// Milliseconds after `made` attempts: min(cap, first × factor^(made − 1)).
    func delay(afterAttempts made: Int) -> Int64 {
        var delay = first
        for _ in 1..<made {
            if delay >= cap { break }
            delay *= factor
        }
        return min(cap, delay)
    }
}
