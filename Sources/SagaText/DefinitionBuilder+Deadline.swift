import SagaModel

extension DefinitionBuilder {
    /// A deadline that the waiting before the pivot cannot keep would roll back sagas that only had to wait.
    ///
    /// Counted is the longest chain of steps up to the pivot: sleeps, and the pauses between attempts at their longest.
    /// How long participants take is for `timeout` to say, and `forever` is bounded by the deadline itself.
    mutating func checkDeadline(_ deadline: Int64?, place: Place?) {
        guard let deadline, let place, graph.order.count == drafts.count else { return }
        var longest = Array(repeating: (time: Int64(0), path: [Int]()), count: drafts.count)
        var worst = (time: Int64(0), path: [Int]())
        for step in graph.order where !isBehindPivot(step) {
            let before = graph.needs[step].map { longest[$0] }.max { $0.time < $1.time } ?? (0, [])
            let time = before.time.addingReportingOverflow(waiting(step))
            longest[step] = (time.overflow ? .max : time.partialValue, before.path + [step])
            if longest[step].time > worst.time, countsForDeadline(step) { worst = longest[step] }
        }
        guard worst.time > deadline else { return }
        let path = worst.path.filter { waiting($0) > 0 }.map { "'\(names.names[$0])'" }.joined(separator: ", ")
        problems.refuse(
            place,
            "the deadline is \(DurationText.text(deadline)), and waiting in \(path) may take \(DurationText.text(worst.time)); "
                + "make it longer, or the retries shorter")
    }

    /// With a pivot the deadline ends there, and only what comes before it or is it counts.
    private func countsForDeadline(_ step: Int) -> Bool {
        guard let pivot = pivots.first else { return true }
        return step == pivot
    }

    /// Milliseconds a step may wait in all.
    private func waiting(_ step: Int) -> Int64 {
        let draft = drafts[step]
        if case .sleep(let duration) = draft.form { return duration }
        let retry = draft.retry.over(defaultRetry).retry(builtIn: .once)
        guard let attempts = retry.attempts else { return retry.total ?? 0 }
        var pause = Double(retry.first)
        var sum = 0.0
        for _ in 1..<max(1, min(attempts, 64)) {
            sum += min(pause, Double(retry.cap))
            pause *= retry.factor
        }
        sum += Double(max(0, attempts - 64)) * min(pause, Double(retry.cap))
        let total = Int64(min(sum, 9e15))
        return min(total, retry.total ?? total)
    }
}
