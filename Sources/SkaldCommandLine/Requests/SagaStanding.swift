import Kernel

/// What a saga's view says against an act that a person is about to confirm: nobody types an id for what the server would refuse.
struct SagaStanding {
    let view: JSON
    let tool: String

    func refuseIfEnded() throws(Failure) {
        guard let ended = view["ended"], !ended.isNull else { return }
        throw Failure(
            .refused, code: "illegal_state", "saga \(id): has ended: \(view["state"]?.stringValue ?? "")",
            next: "nothing was done; what happened: \(tool) saga history \(argument)")
    }

    func refuseUnlessWaivable(_ step: String) throws(Failure) {
        try refuseIfEnded()
        let steps = view["steps"]?.arrayValue ?? []
        guard let found = steps.first(where: { $0["name"]?.stringValue == step }) else {
            let near = Suggestion.nearest(to: step, among: steps.compactMap { $0["name"]?.stringValue })
            throw Failure(
                .notFound, code: "not_found",
                "saga \(id): has no step '\(Plain.text(step))'\(near.map { "; did you mean '\(Plain.text($0))'?" } ?? "")",
                next: "see its steps: \(tool) saga show \(argument)")
        }
        let undo = found["undo"]
        let waits = undo?["waiting_for"]?.stringValue != nil
        if waits || ["undo_failed", "undoing", "undo_retrying"].contains(undo?["state"]?.stringValue ?? "") { return }
        let isHalted = view["state"]?.stringValue == "stuck" && view["stuck_on"]?["step"]?.isNull == true
        let why =
            isHalted
            ? "the whole saga is stuck, not one undo; repair it with retry, or terminate it"
            : "the undo of '\(Plain.text(step))' is not one that fails or waits, and no other can be waived"
        throw Failure(
            .refused, code: "illegal_state", "saga \(id): \(why)", next: "nothing was done; look: \(tool) saga show \(argument)")
    }

    private var id: String { Plain.text(view["id"]?.stringValue ?? "") }
    private var argument: String { Plain.argument(view["id"]?.stringValue ?? "") }
}
