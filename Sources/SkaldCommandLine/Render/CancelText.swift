import Kernel

/// What a cancel has done to a saga, in a line: the view alone does not tell what was so before.
struct CancelText {
    let view: JSON

    var line: String {
        switch view["state"]?.stringValue {
        case "compensated" where isCancelled: "cancelled: what it had done is undone"
        case "compensating" where isCancelled: "cancelled: what it had done is being undone, last first"
        case "stuck" where isForward:
            "the cancel is noted, and nothing is undone yet: the saga is stuck (\(trouble)); retried, it is rolled back"
        case "stuck" where isCancelled: "cancelled, but stuck on the way back (\(trouble)): repaired, it goes on undoing"
        case "stuck": "nothing has changed: it was being rolled back already (\(cause)), and is stuck on the way (\(trouble))"
        case "running":
            "the cancel is noted, and nothing is undone yet: its pivot is under way; "
                + "if that turns out done, the saga goes on, and if it is refused, it is rolled back; "
                + "an attempt of which nobody knows is asked about, or sent again, until somebody does"
        default: "nothing has changed: it was being rolled back already (\(cause))"
        }
    }

    private var isCancelled: Bool { view["reason"]?.stringValue == "cancelled" }
    private var isForward: Bool { view["stuck_while"]?.stringValue == "running" }

    /// What made it turn back.
    private var cause: String { Self.named(view["error"]) ?? Plain.text(view["reason"]?.stringValue ?? "") }

    /// What a person must mend.
    private var trouble: String { Self.named(view["stuck_on"]) ?? "see below" }

    private static func named(_ error: JSON?) -> String? {
        guard let error, !error.isNull, let code = error["code"]?.stringValue else { return nil }
        return Plain.text((error["step"]?.stringValue).map { "\($0): \(code)" } ?? code)
    }
}
