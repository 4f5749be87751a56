public import Kernel
public import SagaModel

/// Runs a definition against participants that fail in every way, alone and in pairs, in virtual time.
///
///     definition × faults × seeds → runs → report
///
/// The same seed gives the same runs on every machine.
public struct Torture: Sendable {
    private let definition: Definition
    private let input: JSON
    private let participants: TortureParticipants
    private let asWorkers: Bool

    /// `asWorkers`: steps may be lost, late or slow, as if their participants were outside this server.
    public init(_ definition: Definition, input: JSON, _ participants: TortureParticipants, asWorkers: Bool) {
        self.definition = definition
        self.input = input
        self.participants = participants
        self.asWorkers = asWorkers
    }

    /// Stops at the first promise that is broken. `limit` bounds the runs.
    public func run(seeds: Range<UInt64>, limit: Int = TortureLimits.runs) -> TortureReport {
        let points = TortureCase.points(of: definition, asWorkers: asWorkers)
        let cases = TortureCase.all(of: points, atMost: max(1, limit / max(1, seeds.count)))
        var report = TortureReport(definition, points, seeds)
        report.skippedCases = TortureCase.count(of: points) - cases.count
        for seed in seeds {
            for (number, faults) in cases.enumerated() {
                guard report.runs < limit else { return report }
                run(faults, seed, number, &report)
                if report.failure != nil { return report }
            }
        }
        return report
    }

    /// A few runs with one fault or two at places drawn by the seed: for whoever tortures many definitions a little.
    public func sample(seed: UInt64, runs: Int) -> TortureReport {
        let points = TortureCase.points(of: definition, asWorkers: asWorkers)
        var random = Chance(seed, UInt64(bitPattern: Int64(-1)))
        var report = TortureReport(definition, points, seed..<seed + 1)
        for number in 0..<runs where report.failure == nil {
            var drawn = points.isEmpty ? [] : [points[random.below(points.count)], points[random.below(points.count)]]
            if drawn.count == 2, (drawn[0].step, drawn[0].isUndo) == (drawn[1].step, drawn[1].isUndo) { drawn.removeLast() }
            run(TortureCase(points: drawn), seed, number, &report)
        }
        return report
    }

    private func run(_ faults: TortureCase, _ seed: UInt64, _ number: Int, _ report: inout TortureReport) {
        var turned = Chance(seed, UInt64(bitPattern: Int64(-1 - number)))
        let all = withCause(faults, &turned)
        var run = TortureRun(
            definition, input: input, participants, all, asWorkers: asWorkers, seed: seed, number: number)
        let end = run.go()
        report.add(end, run)
        if let broken = run.broken { report.failure = TortureFailure(what: broken, seed: seed, faults: all.points) }
    }

    /// A fault of an undo is met only when the saga turns back: something that does not come before its step is refused.
    private func withCause(_ faults: TortureCase, _ random: inout Chance) -> TortureCase {
        let undos = faults.points.filter(\.isUndo).map(\.step)
        let refusals: Set<TortureFault> = [.refused, .crashed]
        guard let undo = undos.first, !faults.points.contains(where: { !$0.isUndo && refusals.contains($0.fault) }) else {
            return faults
        }
        let candidates = definition.steps.indices.filter { index in
            let step = definition.steps[index]
            let isFree = faults.fault(ofStep: index, isUndo: false) == nil && !undos.contains(index)
            let isBehind = definition.pivot.map { definition.graph.isAfter(index, $0) } ?? false
            return isFree && step.hasEffect && !step.isOptional && !isBehind && !definition.graph.isAfter(undo, index)
        }
        guard !candidates.isEmpty else { return faults }
        let cause = TorturePoint(step: candidates[random.below(candidates.count)], isUndo: false, fault: .refused)
        return TortureCase(points: faults.points + [cause])
    }
}
