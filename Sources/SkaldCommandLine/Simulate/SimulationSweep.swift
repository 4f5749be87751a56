import Kernel
import Simulation

/// Runs every seed of a range in two processes at once, and compares what they leave.
struct SimulationSweep {
    let session: Session
    let range: ClosedRange<UInt64>
    let options: (UInt64) -> SimulationOptions

    /// Seeds from which on every combination of the gate must have occurred.
    static let gateFrom = 2_000
    private static let progressEvery = 5_000

    func run() throws(Failure) -> ProcessStatus {
        let first = try child()
        let second = try child()
        defer {
            first.stop()
            second.stop()
        }
        var total = SimulationTotal()
        for seed in range {
            guard let one = first.next(), let other = second.next() else {
                throw Failure(.failed, code: "ended", "a run of seed \(seed) ended its process", next: single(seed))
            }
            guard one.hasPrefix("ok "), let line = SimulationLine(one.dropFirst(3)) else { return try failed(seed) }
            guard one == other else {
                throw Failure(
                    .failed, code: "not_deterministic", "seed \(seed) has left two different logs in two processes",
                    next: single(seed))
            }
            total.add(line)
            if total.seeds % Self.progressEvery == 0 { session.talk("\(total.seeds) seeds") }
        }
        while let line = first.next() { if line.hasPrefix("covered ") { total.covered.append(String(line.dropFirst(8))) } }
        return tell(total)
    }

    private func child() throws(Failure) -> ChildLines {
        let options = options(range.lowerBound)
        var arguments = ["simulate", "--in-this-process", "--seeds", "\(range.lowerBound)..\(range.upperBound)"]
        arguments += ["--steps", "\(options.steps)"]
        if !options.skipped.isEmpty { arguments += ["--skip", options.skipped.sorted().map(String.init).joined(separator: ",")] }
        if !options.without.isEmpty { arguments += ["--without", options.without.map(\.rawValue).joined(separator: ",")] }
        if let world = options.world { arguments += ["--world", world.rawValue] }
        return try session.world.startChild(arguments)
    }

    private func single(_ seed: UInt64) -> String { options(seed).command }

    /// Finds the smallest run that still fails, and tells it.
    private func failed(_ seed: UInt64) throws(Failure) -> ProcessStatus {
        guard let failure = Shrinker.failure(of: options(seed)) else {
            throw Failure(
                .failed, code: "not_deterministic", "seed \(seed) failed in another process and not in this one",
                next: single(seed))
        }
        session.talk("seed \(seed) fails; making it smaller …")
        var shrinker = Shrinker(options(seed), failure)
        shrinker.shrink()
        let smallest = shrinker.failure
        throw Failure(
            .failed, code: "simulation", "\(smallest.rule): \(smallest.what)", next: shrinker.options.command,
            details: ["seed \(seed), step \(smallest.step)"])
    }

    private func tell(_ total: SimulationTotal) -> ProcessStatus {
        let missing = total.seeds >= Self.gateFrom ? total.missing : []
        session.answer(total.document(missing: missing)) { style in total.rendered(style, missing: missing) }
        return missing.isEmpty ? .ok : .failed
    }
}
