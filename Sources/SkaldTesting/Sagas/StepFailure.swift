import SagaModel

/// A step that is made to fail.
struct StepFailure {
    enum Kind {
        /// The place of the command's first decision among all of them, and the code it is refused with.
        case refused(place: Int, code: String)
        /// Its worker says no for good, or that it does not know.
        case call(CallFault.Kind)
        /// A sleep.
        case cancelled
    }

    let step: String
    let kind: Kind

    var refusals: [Int: String] { if case .refused(let place, let code) = kind { [place: code] } else { [:] } }
    var fault: CallFault? { if case .call(let kind) = kind { CallFault(step: step, kind: kind) } else { nil } }
    var cancelled: String? { if case .cancelled = kind { step } else { nil } }
    var cause: Unwinding.Cause { fault?.kind == .unknown ? .unknown : .failed }

    var text: String { cancelled == nil ? "'\(step)' \(cause.rawValue)" : "'\(step)' cancelled" }
}
