/// What can go wrong at a place of a saga on real aggregates.
package struct RealFault: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A no for good.
        case refused
        /// A no that the policy retries, and then yes.
        case retried
        /// Cancelled by a person, in a sleep.
        case cancelled
        /// The server is killed before the commit of its decision, and again after it.
        case killed
        /// An undo that is delivered a second time.
        case twice
    }

    package let step: String
    package let isUndo: Bool
    package let kind: Kind

    /// `hotel refused`, `the undo of hotel refused`.
    package var text: String { "\(isUndo ? "the undo of " : "")\(step) \(kind.rawValue)" }
}

/// A fault of one run.
struct PlacedFault {
    let fault: RealFault
    /// Where its decision stands among all of the run; -1 for a cancel, which decides nothing.
    let place: Int
    let code: String
}

extension [PlacedFault] {
    var refusals: [Int: String] {
        Dictionary(uniqueKeysWithValues: filter { $0.fault.kind != .cancelled }.map { ($0.place, $0.code) })
    }
    var cancelled: String? { first { $0.fault.kind == .cancelled }?.fault.step }
    var text: String { isEmpty ? "no fault" : map(\.fault.text).joined(separator: ", ") }

    func has(_ kind: RealFault.Kind, undo: Bool) -> Bool { contains { $0.fault.kind == kind && $0.fault.isUndo == undo } }
}
