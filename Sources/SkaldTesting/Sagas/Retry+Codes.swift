import SagaModel

/// Codes to refuse with.
extension Retry {
    static let scaffoldCode = "refused_by_scaffold"

    /// One that is not retried: a no for good.
    var finalCode: String { except?.first ?? Retry.scaffoldCode }

    /// One that is retried; nil when every no is final.
    var passingCode: String? { [only?.first, Retry.scaffoldCode].compactMap { $0 }.first(where: covers(definite:)) }

    /// Whether one more attempt than `attempts` is allowed.
    func allowsMore(than attempts: Int) -> Bool { self.attempts.map { $0 > attempts } ?? true }
}
