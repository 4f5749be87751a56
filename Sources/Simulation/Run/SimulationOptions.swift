import Engine

/// Which run of a seed: all of it, or a part that still shows a failure.
public struct SimulationOptions: Sendable, Equatable {
    public var seed: UInt64
    public var steps: Int
    /// Steps left out.
    public var skipped: Set<Int> = []
    /// Kinds of faults left out, beside those that the seed leaves out.
    public var without: Set<FaultKind> = []
    /// Only this world; nil for those that the seed has.
    public var world: SimulationWorld?
    /// What the engine may keep in memory, in bytes; nil for what the seed has. No answer and no log depends on it.
    var memory: Int?

    public static let defaultSteps = 42
    /// Messages that a whole run sends at least, with more steps if need be.
    static let leastOperations = 200

    public init(seed: UInt64, steps: Int = SimulationOptions.defaultSteps) {
        self.seed = seed
        self.steps = steps
    }

    /// Neither cut short nor with parts left out.
    var isWhole: Bool { steps == Self.defaultSteps && skipped.isEmpty }

    /// Every seed has messages of clients, each tenth one workers as well: beyond 10,000 each 200th, for
    /// what can be met is met by then, and they cost twice as much.
    func has(_ world: SimulationWorld) -> Bool {
        if let only = self.world { return only == world }
        return world == .clients || seed % (seed <= 10_000 ? 10 : 200) == 0
    }

    /// Everything is kept, next to nothing, or nothing from one batch to the next.
    var budget: Int { memory ?? [EngineConfiguration().memory, 8 << 10, 0][Int(seed % 3)] }

    /// The kinds of faults of this run, in order.
    var faults: [FaultKind] {
        var chance = Chance(seed, 0)
        return FaultKind.allCases.filter { _ in chance.happens(50) }.filter { !without.contains($0) }
    }

    /// What to type to see this run again.
    public var command: String {
        var words = ["skald", "simulate", "--seed", "\(seed)"]
        if let world { words += ["--world", world.rawValue] }
        if steps != Self.defaultSteps { words += ["--steps", "\(steps)"] }
        if !without.isEmpty { words += ["--without", without.sorted().map(\.rawValue).joined(separator: ",")] }
        if !skipped.isEmpty { words += ["--skip", Self.ranges(skipped.sorted())] }
        return words.joined(separator: " ")
    }

    /// `0-3,7,9-12`.
    static func ranges(_ numbers: [Int]) -> String {
        var found: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = found.last, last.upperBound + 1 == number {
                found[found.count - 1] = last.lowerBound...number
            } else {
                found.append(number...number)
            }
        }
        return found.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}

/// What a seed makes up around the engine: clients and aggregates, judged by the oracle, or sagas whose steps workers perform.
public enum SimulationWorld: String, Sendable, CaseIterable { case clients, workers }
