/// What one worker asks the server not to exceed for an action, over all workers together.
struct ActionLimit: Equatable, Sendable {
    /// Attempts open at once, at least 1; nil for no limit.
    let concurrent: Int?
    /// Attempts begun per second, from a thousandth to a million; nil for no limit.
    let perSecond: Double?

    init(concurrent: Int? = nil, perSecond: Double? = nil) {
        self.concurrent = concurrent.map { max(1, $0) }
        self.perSecond = perSecond.flatMap { $0.isNaN ? nil : min(max(0.001, $0), 1_000_000) }
    }
}
