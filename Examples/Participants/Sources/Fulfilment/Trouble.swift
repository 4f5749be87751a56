import SkaldClient

/// What goes wrong in practice, made to go wrong now and then: for demonstrations and tests. A worker of yours has none of it.
struct Trouble: Sendable {
    private enum Kind: CaseIterable { case notNow, twice, late, unknown }

    let chance: Double
    /// Seconds: what a task takes at most, and by how much one is late.
    let latency, late: Double

    func around(_ handler: @escaping Worker.Handler) -> Worker.Handler {
        guard chance > 0 || latency > 0 else { return handler }
        return { task in
            // why: trouble comes at random
            let (pause, luck) = (Double.random(in: 0...latency), Double.random(in: 0..<1))
            let kind = luck < chance ? Kind.allCases.randomElement() : nil
            try await Task.sleep(for: .seconds(pause))
            // To a probe "not now" would say that nothing has happened.
            if kind == .notNow, task.direction != .probe { throw NotNow(after: .milliseconds(200), "trouble: not now") }
            var answer = try await handler(task)
            if kind == .twice { answer = try await handler(task) }
            if kind == .late { try await Task.sleep(for: .seconds(late)) }
            if kind == .unknown { throw Unknown("trouble: the answer is lost") }
            return answer
        }
    }
}
