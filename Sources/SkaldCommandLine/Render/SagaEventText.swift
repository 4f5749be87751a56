import Kernel

/// The body of one event of a saga's history, in columns for people.
enum SagaEventText {
    /// `hotel`, `pick[3]`, `hotel #2` for its second attempt; empty for events of the whole saga.
    static func step(_ body: JSON) -> String {
        guard let name = body["step"]?.stringValue else { return "" }
        let index = body["index"]?.intValue.map { "[\($0)]" } ?? ""
        let attempt = body["attempt"]?.intValue ?? 1
        return Plain.text(name) + index + (attempt > 1 ? " #\(attempt)" : "")
    }

    /// When it goes on.
    private static func due(_ body: JSON) -> String? {
        body["due"]?.intValue.map { "next " + Plain.time(.string(Timestamp(milliseconds: $0).description)) }
    }

    /// What went wrong, or what came out, or whatever else there is, in that order.
    static func detail(_ body: JSON) -> String {
        let act = body["do"]?.stringValue.map { Plain.text($0) + (body["reason"]?.stringValue == "" ? "" : ":") }
        let words = [act, body["reason"]?.stringValue.map { Plain.text($0) }, due(body)].compactMap { $0 }.filter { !$0.isEmpty }
        let reason = words.isEmpty ? nil : words.joined(separator: " ")
        if let error = body["error"], error.objectValue != nil {
            let certainty = body["certainty"]?.stringValue == "maybe" ? "(maybe done)" : nil
            let step = error["step"]?.stringValue.map { Plain.text($0) + ":" }
            return [reason, step, SagaTree.error(error), certainty].compactMap { $0 }.joined(separator: " ")
        }
        if let result = body["result"] { return Plain.json(result) }
        let shown: Set<String> = ["step", "index", "attempt", "reason", "do", "due"]
        let rest = (body.objectValue?.members ?? []).filter { !shown.contains($0.key) && !$0.value.isNull }
        let others = Plain.json(.object(JSONObject(uniqueKeysWithValues: rest.map { ($0.key, $0.value) })))
        return [reason, others.isEmpty ? nil : others].compactMap { $0 }.joined(separator: " ")
    }
}
