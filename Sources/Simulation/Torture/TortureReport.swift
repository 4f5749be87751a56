public import Kernel
public import SagaModel

/// A promise that a run broke.
public struct TortureFailure: Sendable, Equatable {
    public let what: String
    public let seed: UInt64
    public let faults: [TorturePoint]
}

/// What a torture has seen.
public struct TortureReport: Sendable {
    public let definition: Definition
    public let seeds: Range<UInt64>
    public internal(set) var runs = 0
    public internal(set) var completed = 0
    public internal(set) var compensated = 0
    public internal(set) var stuck = 0
    /// Asked again and again without end, as its policy says, until the run was stopped.
    public internal(set) var trying = 0
    /// Times the server was lost and began again from what was stored.
    public internal(set) var crashes = 0
    /// Combinations of faults that were left out because of the limit.
    public internal(set) var skippedCases = 0
    public let points: [TorturePoint]
    private var met: Set<TorturePoint> = []
    /// Expressions without a value, `step: message`, in the order they were met.
    public internal(set) var expressions: [String] = []
    /// nil: every promise was kept.
    public internal(set) var failure: TortureFailure?

    init(_ definition: Definition, _ points: [TorturePoint], _ seeds: Range<UInt64>) {
        self.definition = definition
        self.points = points
        self.seeds = seeds
    }

    /// Faults that no run has met: the participant was never asked, or never in a saga that turned back.
    public var missed: [TorturePoint] { points.filter { !met.contains($0) } }

    mutating func add(_ end: TortureRun.End, _ run: TortureRun) {
        runs += 1
        crashes += run.crashes
        switch end {
        case .completed: completed += 1
        case .compensated: compensated += 1
        case .stuck: stuck += 1
        case .trying: trying += 1
        }
        met.formUnion(run.world.met)
        for (index, step) in run.driver.state.steps.enumerated() {
            note(step.error, "\(definition.steps[index].name)")
            note(step.undo.error, "undo \(definition.steps[index].name)")
        }
        note(run.driver.state.outputError, "output")
    }

    private mutating func note(_ error: Failure?, _ place: String) {
        guard let error, error.code == "expression", expressions.count < TortureLimits.notes else { return }
        let line = "\(place): \(error.message)"
        if !expressions.contains(line) { expressions.append(line) }
    }

    /// `hotel late`, `undo hotel refused`.
    public func text(_ point: TorturePoint) -> String {
        "\(point.isUndo ? "undo " : "")\(definition.steps[point.step].name) \(point.fault.rawValue)"
    }

    /// As `--json` prints it.
    public var json: JSON {
        var object = JSONObject()
        object.append("survived", .bool(failure == nil))
        object.append("definition", .string(definition.name))
        object.append("version", .int(Int64(definition.version)))
        object.append("seed", .int(Int64(clamping: seeds.lowerBound)))
        object.append("seeds", .int(Int64(seeds.count)))
        object.append("runs", .int(Int64(runs)))
        object.append(
            "ends",
            [
                "completed": .int(Int64(completed)), "compensated": .int(Int64(compensated)), "stuck": .int(Int64(stuck)),
                "trying": .int(Int64(trying)),
            ])
        object.append("crashes", .int(Int64(crashes)))
        object.append("faults", .int(Int64(points.count)))
        object.append("missed", .array(missed.map { .string(text($0)) }))
        object.append("skipped_cases", .int(Int64(skippedCases)))
        object.append("expressions", .array(expressions.map { .string($0) }))
        object.append("failure", failure.map(json) ?? .null)
        return .object(object)
    }

    private func json(_ failure: TortureFailure) -> JSON {
        [
            "what": .string(failure.what), "seed": .int(Int64(clamping: failure.seed)),
            "faults": .array(failure.faults.map { .string(text($0)) }),
        ]
    }
}
