/// What was seen in one check, and what should not have been.
struct Judging {
    private var seen: [String] = []
    private var problems: [String] = []
    var isByAnswers = false

    mutating func saw(_ what: String) { seen.append(what) }

    mutating func problem(_ what: String) { problems.append(what) }

    /// `what` was seen; it is a problem unless it `holds`.
    mutating func expect(_ holds: Bool, _ what: String) {
        if holds { saw(what) } else { problem(what) }
    }

    func row(_ check: Check) -> CheckRow {
        guard problems.isEmpty else {
            return CheckRow(check, .failed, problems.joined(separator: "; "), isByAnswers: isByAnswers)
        }
        return CheckRow(check, .ok, seen.joined(separator: "; "), isByAnswers: isByAnswers)
    }
}
