import Kernel

extension CommandOutcome {
    /// For a difference: how the decision ended, with everything it said.
    var text: String {
        switch self {
        case .accepted(let events, let result):
            "accepted: [\(CommandOutcome.text(events.map { ($0.name, $0.body) }))], result \(result.text)"
        case .refused(let refusal): "refused: \(refusal.code) (\(refusal.message))"
        case .conflict: "conflict"
        case .unknownCommand: "unknown command"
        case .malformed(let message): "malformed: \(message)"
        case .failed(let message): "failed: \(message)"
        }
    }

    static func text(_ events: [(name: String, body: JSON)]) -> String {
        events.map { "\($0.name) \(String(decoding: $0.body.canonicalBytes, as: UTF8.self))" }.joined(separator: ", ")
    }
}
