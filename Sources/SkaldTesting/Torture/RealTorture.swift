import Kernel
import SagaModel

/// Runs a saga on real aggregates with every fault, and with every two of them, each on a server of its own with a log in memory.
///
///     no fault ─▶ run ─▶ its decisions ─▶ one fault at each ─▶ runs ─▶ their later decisions ─▶ a second fault at each ─▶ …
///
/// A second fault is placed where the run with the first really comes: after a retry, in an undo while rolling back, or after a
/// person has repaired what the first made stuck.
/// Every case runs as it is, with the server killed before and after each commit, and so with each undo delivered twice besides.
package struct RealTorture {
    let scaffold: SagaScaffold

    package init(_ scaffold: SagaScaffold) { self.scaffold = scaffold }

    /// Stops at the first promise that is broken. Chance, and so the seed, matters only when there are more cases than `limit`
    /// runs hold: then each seed chooses others.
    package func run(seeds: Range<UInt64>, limit: Int? = nil) -> RealTortureReport {
        var report = RealTortureReport(scaffold, seeds)
        for seed in seeds {
            report.begin(seed)
            run(SplitMix(state: seed), limit ?? Limits.tortureRuns, &report)
            if report.failure != nil || report.skippedCases == 0 { break }
        }
        return report
    }

    /// Shorter cases first: whoever fails alone need not be understood as a pair.
    private func run(_ random: SplitMix, _ limit: Int, _ report: inout RealTortureReport) {
        var random = random
        var cases: [[PlacedFault]] = [[]]
        var left = limit
        while !cases.isEmpty {
            let room = max(0, left / Limits.runsPerCase)
            if cases.count > room {
                report.skippedCases += cases.count - room
                cases.shuffle(using: &random)
                cases.removeLast(cases.count - room)
            }
            left -= cases.count * Limits.runsPerCase
            var next: [[PlacedFault]] = []
            for faults in cases {
                guard let run = play(faults, &report) else { return }
                next += extended(faults, run)
            }
            cases = next
        }
    }

    /// The three runs of a case. Returns the first; nil when a promise is broken.
    private func play(_ faults: [PlacedFault], _ report: inout RealTortureReport) -> SagaRun? {
        var how = ""
        do {
            let plain = try run(faults, crashing: false)
            try check(plain, faults, how)
            report.add(plain, faults, isKilled: false)
            report.cases[min(faults.count, 2)] += 1
            how = ", the server killed at every commit"
            let killed = try run(faults, crashing: true)
            try check(killed, faults, how)
            try compare(plain, killed, faults, how)
            report.add(killed, faults, isKilled: true)
            let undos = repeatable(plain, faults)
            guard !undos.isEmpty else { return plain }
            how += ", every undo delivered twice"
            let twice = try run(faults, crashing: true, repeated: undos)
            try check(twice, faults, how)
            report.add(twice, faults, isKilled: true)
            report.meet(undos.values.map { RealFault(step: $0, isUndo: true, kind: .twice) })
            return plain
        } catch {
            report.fail(difference(error, faults, how), faults.map(\.fault))
            return nil
        }
    }

    private func run(_ faults: [PlacedFault], crashing: Bool, repeated: [Int: String] = [:]) throws -> SagaRun {
        let injector = Injector(refused: faults.refusals, repeated: repeated, view: scaffold.view)
        let run = try SagaRun(scaffold, injector, crashing: crashing, cancelling: faults.cancelled, repairing: true)
        if let finding = injector.finding { throw finding }
        return run
    }

    /// The undos that are accepted, and that nobody said add up, by place.
    private func repeatable(_ run: SagaRun, _ faults: [PlacedFault]) -> [Int: String] {
        let refused = faults.refusals
        let undos = run.attempts.enumerated().filter { place, attempt in
            attempt.isUndo && refused[place] == nil && !scaffold.undoneOnce.contains(attempt.step)
        }
        return Dictionary(uniqueKeysWithValues: undos.map { ($0.offset, $0.element.step) })
    }

    /// In a torture whatever is thrown is a finding.
    private func difference(_ error: any Error, _ faults: [PlacedFault], _ how: String) -> Difference {
        let known = error as? Difference
        let found = known ?? Difference("the server fails", expected: "an answer", actual: "\(error)")
        let what = "\(faults.text)\(how)"
        return found.summary.hasPrefix(what) ? found : found.about(what)
    }
}
