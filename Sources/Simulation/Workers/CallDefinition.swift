/// A saga definition some of whose steps workers perform, as the simulator sees it: plain data, rendered to text for the engine.
struct CallDefinition: Sendable, Equatable {
    var name: String
    /// Milliseconds from start up to and including the pivot.
    var deadline: Int64?
    /// In any order; `needs` are indexes into it.
    var steps: [CallStep]

    func step(_ name: String) -> CallStep? { steps.first { $0.name == name } }
}

/// One step of a `CallDefinition`.
struct CallStep: Sendable, Equatable {
    enum Work: Sendable, Equatable {
        /// An action of a worker.
        case call(String)
        case command(CellCommand, cell: String)
        /// Milliseconds.
        case sleep(Int64)
    }

    enum Undo: Sendable, Equatable {
        /// None written: `sleep`, the pivot, and whatever lies behind it.
        case nothing
        /// `undo: none` with a reason.
        case waived
        case call(String, isExplicit: Bool)
        case command(CellCommand, cell: String)
    }

    struct Probe: Sendable, Equatable {
        var action: String
        var retry: SimulatedRetry
        /// Milliseconds for one question.
        var timeout: Int64
    }

    var name = ""
    var needs: [Int] = []
    /// Runs only if this step was completed.
    var condition: Int?
    var work: Work
    var undo = Undo.nothing
    var isPivot = false
    var isBehind = false
    var isOptional = false
    var retry = SimulatedRetry.once
    /// Codes that are not retried, all others are; empty: `only` of the policy says.
    var except: [String] = []
    var undoRetry = SimulatedRetry.once
    /// Milliseconds for one attempt.
    var timeout: Int64 = 1_000
    var undoTimeout: Int64 = 1_000
    var probe: Probe?

    func timeout(_ direction: String) -> Int64 {
        switch direction {
        case "do": timeout
        case "undo": if case .nothing = undo { timeout } else if case .waived = undo { timeout } else { undoTimeout }
        default: probe?.timeout ?? 0
        }
    }
}

/// The actions of the simulated participants: each has one that does, one that reverses, one that can be asked, and one that
/// results name as their own undo.
enum CallAction {
    /// Those that dedupe, and the last, which does not.
    static let careful = ["a", "b", "c"]
    static let naive = "n"

    static func all(of participant: String) -> [String] {
        ["work", "back", "ask", "void"].map { "\(participant).\($0)" }
    }
}
