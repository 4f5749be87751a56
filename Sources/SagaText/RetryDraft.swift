import SagaModel

/// What a `retry` says; what it leaves out comes from `defaults`, then from what is built in.
struct RetryDraft {
    enum Attempts: Equatable {
        case number(Int)
        case forever
    }

    var attempts: Attempts?
    var attemptsPlace: Place?
    var first: Int64?
    var factor: Double?
    var cap: Int64?
    var jitter: Retry.Jitter?
    var total: Int64?
    var totalPlace: Place?
    var only: [String]?
    var except: [String]?

    /// This, with what it does not say taken from `defaults`.
    func over(_ defaults: RetryDraft) -> RetryDraft {
        var merged = self
        merged.attempts = attempts ?? defaults.attempts
        merged.total = total ?? defaults.total
        merged.first = first ?? defaults.first
        merged.factor = factor ?? defaults.factor
        merged.cap = cap ?? defaults.cap
        merged.jitter = jitter ?? defaults.jitter
        if only == nil, except == nil {
            merged.only = defaults.only
            merged.except = defaults.except
        }
        return merged
    }

    /// This without an end: `attempts` and `for` count only before the pivot.
    var unbounded: RetryDraft {
        var draft = self
        draft.attempts = .forever
        draft.total = nil
        return draft
    }

    /// The policy. `for` alone means as often as fits in that time.
    func retry(builtIn: Retry) -> Retry {
        let attemptsBuiltIn = total == nil ? builtIn.attempts : nil
        let count: Int? =
            switch attempts {
            case .number(let number): number
            case .forever: nil
            case nil: attemptsBuiltIn
            }
        return Retry(
            attempts: count, first: first ?? builtIn.first, factor: factor ?? builtIn.factor,
            cap: max(cap ?? builtIn.cap, first ?? 0), jitter: jitter ?? builtIn.jitter, total: total, only: only, except: except)
    }
}
