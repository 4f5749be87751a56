/// Makes a failing run smaller as long as the same rule still fails: fewer steps, fewer kinds of faults, then steps left out.
public struct Shrinker {
    public private(set) var options: SimulationOptions
    public private(set) var failure: SimulationFailure
    private var runsLeft = Self.runs

    /// Runs spent on one failure.
    public static let runs = 600

    public init(_ options: SimulationOptions, _ failure: SimulationFailure) {
        self.options = options
        self.failure = failure
    }

    public mutating func shrink() {
        if options.world == nil { for world in SimulationWorld.allCases { tryOut { $0.world = $0.world ?? world } } }
        // A whole run may have gone on for longer than its steps.
        let end = failure.step + 1
        if end != options.steps { tryOut { $0.steps = end } }
        for fault in options.faults { tryOut { $0.without.insert(fault) } }
        var size = max(1, options.steps / 2)
        while size >= 1 {
            var start = 0
            while start < options.steps {
                let chunk = start..<min(start + size, options.steps)
                if !options.skipped.isSuperset(of: chunk) { tryOut { $0.skipped.formUnion(chunk) } }
                start += size
            }
            size /= 2
        }
        trimEnd()
    }

    /// Steps left out at the end are no steps.
    private mutating func trimEnd() {
        while options.steps > 0, options.skipped.contains(options.steps - 1) {
            options.steps -= 1
            options.skipped.remove(options.steps)
        }
    }

    private mutating func tryOut(_ change: (inout SimulationOptions) -> Void) {
        guard runsLeft > 0 else { return }
        runsLeft -= 1
        var candidate = options
        change(&candidate)
        guard let found = Self.failure(of: candidate), found.rule == failure.rule else { return }
        options = candidate
        failure = found
    }

    /// What a run finds; nil when all is well.
    public static func failure(of options: SimulationOptions) -> SimulationFailure? {
        do throws(SimulationFailure) {
            _ = try SimulationRun(options).run()
            return nil
        } catch { return error }
    }
}
