import SagaModel

/// The faults of one run: none, one, or two at different places.
struct TortureCase: Sendable {
    let points: [TorturePoint]

    func fault(ofStep step: Int, isUndo: Bool) -> TortureFault? {
        points.first { $0.step == step && $0.isUndo == isUndo }?.fault
    }

    /// Everywhere a definition can be hit, and with what.
    static func points(of definition: Definition, asWorkers: Bool) -> [TorturePoint] {
        func faults(_ operation: OperationTemplate) -> [TortureFault] {
            asWorkers || operation.isCall ? TortureFault.allCases : TortureFault.here
        }
        var points: [TorturePoint] = []
        for (index, step) in definition.steps.enumerated() {
            guard let operation = step.action.operation else { continue }
            points += faults(operation).map { TorturePoint(step: index, isUndo: false, fault: $0) }
            guard case .action(let undo) = step.undo else { continue }
            points += faults(undo.operation).map { TorturePoint(step: index, isUndo: true, fault: $0) }
        }
        return points
    }

    /// No fault, every fault, and every two of them at different places, as many as fit.
    static func all(of points: [TorturePoint], atMost limit: Int) -> [TortureCase] {
        var cases = [TortureCase(points: [])] + points.map { TortureCase(points: [$0]) }
        for (index, first) in points.enumerated() {
            for second in points[(index + 1)...] where (second.step, second.isUndo) != (first.step, first.isUndo) {
                if cases.count >= limit { return cases }
                cases.append(TortureCase(points: [first, second]))
            }
        }
        return cases
    }

    /// How many there are without a limit.
    static func count(of points: [TorturePoint]) -> Int {
        var places: [Int: Int] = [:]
        for point in points { places[point.step * 2 + (point.isUndo ? 1 : 0), default: 0] += 1 }
        let same = places.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        return 1 + points.count + points.count * (points.count - 1) / 2 - same
    }
}
