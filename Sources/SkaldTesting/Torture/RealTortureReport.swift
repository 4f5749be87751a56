import Kernel
package import SagaModel

/// A promise that a run broke.
package struct RealTortureFailure: Sendable, Equatable {
    package let difference: Difference
    package let faults: [RealFault]
    package let seed: UInt64
}

/// What a torture on real aggregates has seen.
package struct RealTortureReport: Sendable {
    package let definition: Definition
    /// Every fault that this definition could meet, in the order of its steps.
    package let faults: [RealFault]
    package let seeds: Range<UInt64>
    package private(set) var runs = 0
    /// Combinations of faults that were tried: none, one, more.
    package internal(set) var cases = [0, 0, 0]
    /// Runs by the state they ended in, before anything was repaired.
    package private(set) var completed = 0
    package private(set) var compensated = 0
    package private(set) var stuck = 0
    /// Runs that were stuck until a person said "again".
    package private(set) var repaired = 0
    /// Runs in which the server was killed before and after each commit.
    package private(set) var killed = 0
    /// Combinations of faults that were left out, with the last seed.
    package internal(set) var skippedCases = 0
    /// Steps that decided anything when nothing fails.
    package private(set) var reached: Set<String> = []
    package private(set) var failure: RealTortureFailure?
    /// Undos that add up when they are delivered twice, as was said.
    package let undoneOnce: [String]
    private var met: Set<RealFault> = []
    private var seed: UInt64

    init(_ scaffold: SagaScaffold, _ seeds: Range<UInt64>) {
        definition = scaffold.definition
        faults = Self.faults(of: scaffold)
        undoneOnce = scaffold.definition.steps.map(\.name).filter(scaffold.undoneOnce.contains)
        self.seeds = seeds
        seed = seeds.lowerBound
    }

    /// What this input never came to, alone or in a pair.
    package var missed: [RealFault] { faults.filter { !met.contains($0) } }
    package func isMet(_ fault: RealFault) -> Bool { met.contains(fault) }
    /// Steps that this input never comes to, even when nothing fails.
    package var unreached: [String] { definition.steps.map(\.name).filter { !reached.contains($0) } }

    mutating func begin(_ seed: UInt64) {
        self.seed = seed
        skippedCases = 0
    }

    mutating func add(_ run: SagaRun, _ faults: [PlacedFault], isKilled: Bool) {
        runs += 1
        switch run.state {
        case "completed": completed += 1
        case "compensated": compensated += 1
        default: stuck += 1
        }
        if run.repaired != nil { repaired += 1 }
        meet(faults.map(\.fault))
        if faults.isEmpty { reach(run) }
        guard isKilled else { return }
        killed += 1
        meet(run.attempts.map { RealFault(step: $0.step, isUndo: $0.isUndo, kind: .killed) })
    }

    private mutating func reach(_ run: SagaRun) {
        let steps = run.view["steps"]?.arrayValue ?? []
        for step in steps where step["state"] == "completed" { reached.insert(step["name"]?.stringValue ?? "") }
    }

    mutating func meet(_ faults: [RealFault]) { met.formUnion(faults) }

    mutating func fail(_ difference: Difference, _ faults: [RealFault]) {
        runs += 1
        failure = RealTortureFailure(difference: difference, faults: faults, seed: seed)
    }

    private static func faults(of scaffold: SagaScaffold) -> [RealFault] {
        var faults: [RealFault] = []
        for (index, step) in scaffold.definition.steps.enumerated() {
            guard step.hasEffect else {
                if scaffold.isBeforePivot(index) { faults.append(RealFault(step: step.name, isUndo: false, kind: .cancelled)) }
                continue
            }
            faults += kinds(step.retry).map { RealFault(step: step.name, isUndo: false, kind: $0) }
            guard case .action(let undo) = step.undo else { continue }
            let twice: [RealFault.Kind] = scaffold.undoneOnce.contains(step.name) ? [] : [.twice]
            faults += (kinds(undo.retry) + twice).map { RealFault(step: step.name, isUndo: true, kind: $0) }
        }
        return faults
    }

    private static func kinds(_ retry: Retry) -> [RealFault.Kind] {
        retry.passingCode != nil && retry.allowsMore(than: 1) ? [.refused, .retried, .killed] : [.refused, .killed]
    }
}
