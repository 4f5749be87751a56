import Engine
import Kernel
import Testing
import Wire

/// An engine with workers that say what a test has them say.
final class WorkerHarness {
    let engine: EngineHarness
    /// Tasks given and not answered, in the order they were given.
    private(set) var tasks: [ActionTask] = []
    private(set) var errors: [(id: String?, code: String)] = []
    private(set) var welcomes = 0
    private(set) var heartbeats = 0
    private var nextReady = 0

    init(_ engine: EngineHarness) { self.engine = engine }

    convenience init() throws { self.init(try EngineHarness()) }

    /// Feeds the engine and takes in what it has for workers.
    @discardableResult
    func process(_ contents: [EngineInput.Content]) throws -> [Answer] {
        let output = try engine.run(contents.map { EngineInput(tag: 0, $0) })
        for frame in output.frames { take(try WorkerPush.parse(frame.bytes)) }
        return output.answers.map(\.answer)
    }

    private func take(_ push: WorkerPush) {
        switch push {
        case .action(let task): tasks.append(task)
        case .welcome: welcomes += 1
        case .heartbeat: heartbeats += 1
        case .error(let id, let code, _, _): errors.append((id?.text, code))
        case .decide, .fold, .bye: break
        }
    }

    func ready(
        _ actions: [String], worker: Int = 1, credit: Int64 = 4, dedupes: Bool = true, holding: [String] = [],
        limits: [Ready.Limit] = []
    ) throws {
        nextReady += 1
        let ready = Ready(
            actions: actions, credit: credit, dedupes: dedupes, holding: holding.compactMap { WireID($0) }, limits: limits)
        try process([.message(.ready(WireID("ready-\(nextReady)")!, ready), PeerID(number: worker))])
    }

    func say(_ message: WorkerMessage, worker: Int = 1) throws { try process([.message(message, PeerID(number: worker))]) }

    func lose(_ worker: Int = 1) throws { try process([.lost(PeerID(number: worker))]) }

    /// Takes the oldest task of a step that was not answered yet.
    func task(_ step: String, _ direction: TaskDirection = .do) throws -> ActionTask {
        let index = try #require(tasks.firstIndex { $0.step == step && $0.direction == direction }, "no task of \(step)")
        return tasks.remove(at: index)
    }

    func done(_ task: ActionTask, _ body: JSON = ["result": [:]], worker: Int = 1) throws {
        try say(.done(task.task, body: body.bytes), worker: worker)
    }

    func refuse(_ task: ActionTask, _ code: String = "no", worker: Int = 1) throws {
        try say(.refuse(task.task, code: code, message: "a definite no"), worker: worker)
    }

    func start(_ source: String, input: JSON = [:]) throws -> String {
        let registered = try engine.request("def.register", ["source": .string(source)])
        let answer = try request("saga.start", ["definition": registered["name"] ?? .null, "input": input])
        return try #require(answer["id"]?.stringValue)
    }

    func request(_ operation: String, _ arguments: JSON) throws -> JSON {
        let request = OperationRequest(id: WireID(engine.newID())!, operation: operation, arguments: arguments.bytes)
        switch try process([.request(request)])[0] {
        case .answer(let body): return try JSON.parse(body, maximumDepth: JSON.storedDepth)
        case .fault(let fault): throw fault
        case let other: throw Fault(.internal, "unexpected \(other)")
        }
    }

    func view(_ saga: String) throws -> JSON { try engine.request("saga.get", ["id": .string(saga)]) }
    func state(_ saga: String) throws -> String? { try view(saga)["state"]?.stringValue }

    func step(_ saga: String, _ name: String) throws -> JSON {
        let steps = try #require(try view(saga)["steps"]?.arrayValue)
        return try #require(steps.first { $0["name"]?.stringValue == name })
    }

    func history(_ saga: String) throws -> [String] {
        let events = try engine.request("saga.history", ["id": .string(saga)])["events"]?.arrayValue ?? []
        return events.compactMap { $0["name"]?.stringValue }
    }

    /// Lets so much time pass, timer by timer, while these workers send their heartbeats.
    func pass(_ milliseconds: Int64, beating: [Int] = [1]) throws {
        var left = milliseconds
        while left > 0 {
            for worker in beating { try say(.heartbeat, worker: worker) }
            try passSilently(min(left, 2_000))
            left -= 2_000
        }
    }

    func passSilently(_ milliseconds: Int64) throws {
        let end = engine.clock.now().advanced(by: milliseconds)
        while let next = engine.engine.wakeUp, next <= end {
            engine.clock.advance(max(0, next.milliseconds - engine.clock.now().milliseconds))
            try process([])
        }
        engine.clock.advance(max(0, end.milliseconds - engine.clock.now().milliseconds))
        try process([])
    }

    /// A kill of the server: its connections are gone with it.
    func restart() throws {
        try engine.restart()
        tasks.removeAll()
    }
}
