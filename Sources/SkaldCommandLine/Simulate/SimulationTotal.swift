import Kernel
import Simulation

/// What a sweep has added up.
struct SimulationTotal {
    private(set) var seeds = 0
    private var operations = 0
    private var fewest = Int.max
    private var sagas = 0
    private var entries = 0
    private var starts = 0
    var covered: [String] = []

    mutating func add(_ line: SimulationLine) {
        seeds += 1
        operations += line.operations
        fewest = min(fewest, line.operations)
        sagas += line.sagas
        entries += line.entries
        starts += line.starts
    }

    var missing: [String] {
        let seen = Set(covered)
        return CoverageGate.combinations.filter { !seen.contains($0) }
    }

    func document(missing: [String]) -> JSON {
        [
            "seeds": .int(Int64(seeds)), "operations": .int(Int64(operations)), "sagas": .int(Int64(sagas)),
            "entries": .int(Int64(entries)), "starts": .int(Int64(starts)), "fewest_operations": .int(Int64(fewest)),
            "covered": .array(covered.map { .string($0) }), "missing": .array(missing.map { .string($0) }),
        ]
    }

    func rendered(_ style: Style, missing: [String]) -> Rendered {
        let gate = CoverageGate.combinations.count
        let reached = gate - self.missing.count
        var lines = [
            "\(Plain.count(seeds, "seed")), each in two processes: the same log in both, and no rule broken",
            "\(operations) messages (at least \(fewest) a seed), \(sagas) sagas, \(entries) entries, \(starts - seeds) restarts",
            "coverage: \(reached) of \(gate) combinations of request, kind of step and outcome",
        ]
        lines += missing.map { "never seen: \($0)" }
        return Rendered(lines: lines)
    }
}
