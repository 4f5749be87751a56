import Kernel

/// A saga's view as a tree: one line for the saga, one for each step, one below it for its undo.
struct SagaTree {
    let view: JSON
    let tool: String

    func rendered(_ style: Style) -> Rendered {
        let steps = view["steps"]?.arrayValue ?? []
        var lines = [header(style)]
        let words = steps.map { step in
            let word = StateWord.step(step["state"]?.stringValue ?? "", sagaIsRunning: state == "running")
            return isEnded ? word.left : word
        }
        let wordWidth = words.map(\.word.count).max() ?? 0
        let nameWidth = steps.map { Self.name($0).count }.max() ?? 0
        for (index, step) in steps.enumerated() {
            let isLast = index == steps.count - 1
            let line = "\(words[index].cell(style, width: wordWidth))  \(Self.pad(Self.name(step), nameWidth))  \(detail(step))"
            lines.append((isLast ? style.lastBranch : style.branch) + line.trimmingEnd())
            if let undo = undoLine(step, style, width: wordWidth) {
                lines.append((isLast ? style.gap : style.trunk) + style.lastBranch + undo)
            }
        }
        if state == "completed", let output = view["output"], !output.isNull, output != [:] {
            lines.append("output: \(Plain.json(output))")
        }
        if let error = view["output_error"], !error.isNull { lines.append("output failed: \(Self.error(error))") }
        return Rendered(lines: lines, hints: hints)
    }

    private var state: String { view["state"]?.stringValue ?? "" }
    private var isEnded: Bool { view["ended"]?.isNull == false }
    private var id: String { view["id"]?.stringValue ?? "" }

    private func header(_ style: Style) -> String {
        let title = style.paint(Self.title(view), .bold)
        let key = view["key"]?.stringValue.flatMap { $0 == id ? nil : "key \(Plain.text($0))" }
        let times = [Plain.time(view["started"]), Plain.elapsed(from: view["started"], to: view["ended"]) ?? ""]
        let parts = [title, Plain.text(id), key ?? "", StateWord.saga(state).cell(style)] + times + [Self.flags(view)]
        let reason = Self.reason(view)
        return parts.filter { !$0.isEmpty }.joined(separator: "  ") + (reason.isEmpty ? "" : "   \(reason)")
    }

    private func detail(_ step: JSON) -> String {
        if let error = step["error"], !error.isNull, step["state"]?.stringValue != "completed" {
            let certainty = step["certainty"]?.stringValue == "maybe" ? "(maybe done)" : ""
            let parts = [Self.error(error), certainty, Self.wait(step), Self.tries(step, isEnded: isEnded)]
            return parts.filter { !$0.isEmpty }.joined(separator: " ")
        }
        let parts = [Plain.json(step["result"]), Self.wait(step), Self.tries(step, isEnded: isEnded)]
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// nil where there is nothing to tell: no undo, or one that was never called for.
    private func undoLine(_ step: JSON, _ style: Style, width: Int) -> String? {
        guard let undo = step["undo"], let undoState = undo["state"]?.stringValue else { return nil }
        if undoState == "undo_pending", state == "running" || state == "completed" { return nil }
        let error = undo["error"].flatMap { $0.isNull ? nil : Self.error($0) }
        let parts = [undo["command"]?.stringValue, undo["waived_because"]?.stringValue].map { $0.map { Plain.text($0) } ?? "" }
        let all = parts + [error ?? "", Self.wait(undo), Self.tries(undo, isEnded: isEnded)]
        let tail = all.filter { !$0.isEmpty }.joined(separator: "  ")
        let word = StateWord.undo(undoState)
        return "\((isEnded ? word.left : word).cell(style, width: width))  \(tail)".trimmingEnd()
    }

    private var hints: [String] {
        let argument = Plain.argument(id)
        switch state {
        case "compensated", "terminated": return ["next: \(tool) saga history \(argument)"]
        case "running", "compensating": return ["next: \(tool) saga wait \(argument)"]
        case "stuck":
            let step = stuckStep.map { Plain.argument($0) } ?? "STEP"
            if hasNothingToSend {
                return [
                    "what this undo needs could not be made, so nothing was sent: settle it by hand, then "
                        + "\(tool) saga repair \(argument) \(step) --do waive --reason \"…\""
                ]
            }
            return [
                "next: \(tool) saga repair \(argument) \(step) --do retry --reason \"…\"\(instead), or: \(tool) saga history \(argument)"
            ]
        default: return []
        }
    }

    /// Whether it is stuck on an undo that cannot be tried, because its input has no value.
    private var hasNothingToSend: Bool {
        let failed = view["steps"]?.arrayValue?.first { $0["undo"]?["state"]?.stringValue == "undo_failed" }
        return failed?["undo"]?["command"]?.isNull ?? false
    }

    /// What a person can do who has settled it by hand.
    private var instead: String {
        let undos = view["steps"]?.arrayValue?.contains { $0["undo"]?["state"]?.stringValue == "undo_failed" } ?? false
        return undos
            ? " (settled by hand: --do waive)" : " (settled by hand: \(tool) saga terminate \(Plain.argument(id)) --reason \"…\")"
    }

    /// The first step a person can do something about: its undo failed, or it failed behind the pivot.
    private var stuckStep: String? {
        let steps = view["steps"]?.arrayValue ?? []
        let found = steps.first { $0["undo"]?["state"]?.stringValue == "undo_failed" } ?? steps.last { $0["state"] == "failed" }
        // Stuck as a whole, it takes any of its steps' names.
        return (found ?? steps.first)?["name"]?.stringValue
    }
}

extension SagaTree {
    /// `book-trip v1`; an inline definition may have no version.
    static func title(_ view: JSON) -> String {
        let version = view["version"]?.intValue.map { " v\($0)" } ?? ""
        return Plain.text(view["definition"]?.stringValue ?? "(inline)") + version
    }

    static func flags(_ view: JSON) -> String {
        let flags = ["paused", "overdue"].filter { view[$0]?.boolValue == true }
        return (flags + (view["cancel_requested"] == nil ? [] : ["cancel noted"])).joined(separator: ", ")
    }

    /// What nobody has taken yet.
    static func wait(_ action: JSON) -> String {
        action["waiting_for"]?.stringValue.map { "waits for a worker that offers \(Plain.text($0))" } ?? ""
    }

    /// The same of each step and undo: `seat: waits for a worker that offers seat.reserve`.
    static func waits(_ view: JSON) -> [String] {
        (view["steps"]?.arrayValue ?? []).flatMap { step in
            let name = Plain.text(step["name"]?.stringValue ?? "")
            let named = [(name, wait(step)), ("undo of \(name)", wait(step["undo"] ?? [:]))]
            return named.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }
        }
    }

    /// `(attempt 3, next 14:02:15Z)`; empty for a first attempt with no other to come. An ended saga has none to come.
    static func tries(_ action: JSON, isEnded: Bool) -> String {
        let attempts = action["attempts"]?.intValue ?? 0
        let isHeld = ["running", "undoing"].contains(action["state"]?.stringValue ?? "")
        let next = isEnded ? nil : action["due"].map { "\(isHeld ? "until" : "next") \(Plain.time($0))" }
        let parts = [attempts > 1 ? "attempt \(attempts)" : nil, next].compactMap { $0 }
        return parts.isEmpty ? "" : "(\(parts.joined(separator: ", ")))"
    }

    /// Why it did not simply go on: `charge: declined`, `deadline`, `cancelled`.
    static func reason(_ view: JSON) -> String {
        // What a person must mend now comes before what went wrong first.
        let errors = [view["stuck_on"], view["error"]].compactMap(\.self)
        guard let error = errors.first(where: { !$0.isNull }) else { return Plain.text(view["reason"]?.stringValue ?? "") }
        let code = Plain.text(error["code"]?.stringValue ?? "failed")
        guard let step = error["step"]?.stringValue else { return code }
        let isUndo = view["stuck_while"]?.stringValue == "compensating"
        return "\(isUndo ? "undo of " : "")\(Plain.text(step)): \(code)"
    }

    /// `declined: over the limit`; the code alone when the message adds nothing.
    static func error(_ error: JSON) -> String {
        let code = error["code"]?.stringValue ?? ""
        let message = error["message"]?.stringValue ?? ""
        return Plain.text([code, message == code ? "" : message].filter { !$0.isEmpty }.joined(separator: ": "))
    }

    static func name(_ step: JSON) -> String {
        let name = Plain.text(step["name"]?.stringValue ?? "")
        return step["index"]?.intValue.map { "\(name)[\($0)]" } ?? name
    }

    static func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
}
