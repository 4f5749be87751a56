import Simulation

/// Talks to an oracle one batch at a time; the store forgets no receipt unless a test says so.
struct OracleScript {
    var oracle = Oracle()
    private var seen: Set<String> = []

    init(_ definitions: SimulatedDefinition...) { for definition in definitions { oracle.install(definition) } }

    /// One batch; `order` is that of one saga.
    @discardableResult
    mutating func send(
        _ operations: [ClientOperation], at now: Int64 = 0, space: OracleSpace = .green, order: [String] = [],
        of saga: String = "s", forgotten: Set<String> = []
    ) throws(Disagreement) -> [ClientReply] {
        let batch = OracleBatch(
            now: now, space: space, operations: operations, remembered: seen.subtracting(forgotten), order: [saga: order])
        let replies = try oracle.process(batch)
        for operation in operations {
            seen.insert(operation.id)
            if case .submit(let id, _, _, _) = operation.act { seen.insert(id) }
        }
        return replies
    }

    /// A batch of one operation under an id of its own.
    @discardableResult
    mutating func send(
        _ act: ClientOperation.Act, at now: Int64 = 0, space: OracleSpace = .green, order: [String] = [], of saga: String = "s"
    ) throws(Disagreement) -> ClientReply {
        try send([ClientOperation(id: "op\(seen.count)", act)], at: now, space: space, order: order, of: saga)[0]
    }

    /// Starts saga `s` of the definition named `d`.
    @discardableResult
    mutating func start(at now: Int64 = 0, flag: Bool = true, order: [String]) throws(Disagreement) -> ClientReply {
        try send(.start(SagaOrder(definition: "d", saga: "s", flag: flag)), at: now, order: order)
    }

    /// A batch without operations: time passes.
    mutating func wait(until now: Int64, space: OracleSpace = .green, order: [String] = []) throws(Disagreement) {
        try send([], at: now, space: space, order: order)
    }

    /// Brings a cell to a value, in one event.
    mutating func fill(_ cell: String, _ value: Int64) throws(Disagreement) {
        try send(.command(cell: cell, .add(value), expected: nil))
    }

    /// Saga `s`.
    var saga: SagaPicture { oracle.sagas["s"] ?? SagaPicture(id: "", definition: "", version: 0, key: nil, steps: []) }

    var statuses: [String] { saga.steps.map(\.status) }

    var undos: [String] { saga.steps.map(\.undo) }

    func value(_ cell: String) -> Int64 { oracle.cells[cell]?.value ?? 0 }
}

/// Definition `d`, version 1.
func definition(
    version: Int = 1, hasKey: Bool = false, deadline: Int64? = nil, output: [Int] = [], _ steps: SimulatedStep...
) -> SimulatedDefinition {
    SimulatedDefinition(name: "d", version: version, hasKey: hasKey, deadline: deadline, steps: steps, output: output)
}

/// A step on a cell, `undo: none` unless said.
func step(
    _ name: String, _ command: CellCommand, on cell: String = "x", needs: [Int] = [],
    when condition: SimulatedStep.Condition? = nil,
    undo: SimulatedStep.Undo = .waived, optional: Bool = false, retry: SimulatedRetry = .once, expect: UInt64? = nil
) -> SimulatedStep {
    SimulatedStep(
        name: name, needs: needs, condition: condition, action: .command(command, cell: cell), undo: undo, isOptional: optional,
        retry: retry, expect: expect)
}

func pivot(
    _ name: String, _ command: CellCommand, on cell: String = "p", needs: [Int] = [],
    when condition: SimulatedStep.Condition? = nil,
    retry: SimulatedRetry = .once
) -> SimulatedStep {
    SimulatedStep(
        name: name, needs: needs, condition: condition, action: .command(command, cell: cell), undo: .nothing, isPivot: true,
        retry: retry)
}

func sleep(_ name: String, _ duration: Int64, needs: [Int] = []) -> SimulatedStep {
    SimulatedStep(name: name, needs: needs, action: .sleep(duration), undo: .nothing)
}

func undo(_ command: CellCommand, _ retry: SimulatedRetry = forever()) -> SimulatedStep.Undo { .command(command, retry) }

/// 100 ms, 200 ms, 400 ms, then 500 ms.
func forever(only codes: String...) -> SimulatedRetry {
    SimulatedRetry(attempts: nil, first: 100, factor: 2, cap: 500, only: codes)
}

func tries(_ attempts: Int, only codes: String...) -> SimulatedRetry {
    SimulatedRetry(attempts: attempts, first: 100, factor: 2, cap: 500, only: codes)
}

func fault(_ code: String, _ reason: String? = nil) -> ClientReply { .fault(code: code, reason: reason) }
