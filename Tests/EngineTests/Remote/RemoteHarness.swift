import Engine
import Kernel
import Testing
import Wire

/// An engine, and workers that decide for `tally`: what they are asked is kept until a test answers it.
final class RemoteHarness {
    let engine: EngineHarness
    /// Tasks given and not answered, in the order they were given, and who has them.
    private(set) var tasks: [(worker: Int, push: WorkerPush)] = []
    private(set) var errors: [(id: String?, code: String)] = []
    /// Tasks ever given.
    private(set) var given: [WorkerPush] = []
    private(set) var answers: [Int: Answer] = [:]
    private(set) var warnings: [String] = []
    /// Tags in the order they were answered.
    private(set) var answered: [Int] = []
    private var lastTag = 0
    var schemas: [Int: Int64] = [:]

    init(_ engine: EngineHarness) { self.engine = engine }

    convenience init() throws { self.init(try EngineHarness()) }

    /// With one worker that has so much credit.
    static func ready(credit: Int64 = 4) throws -> RemoteHarness {
        let harness = try RemoteHarness()
        try harness.ready(credit: credit)
        return harness
    }

    func process(_ contents: [EngineInput.Content] = [], tags: [Int] = []) throws {
        let inputs = contents.enumerated().map { EngineInput(tag: tags.isEmpty ? -1 : tags[$0.offset], $0.element) }
        let output = try engine.run(inputs)
        warnings += output.warnings
        for frame in output.frames { take(try WorkerPush.parse(frame.bytes), frame.peer.number) }
        for answer in output.answers {
            #expect(answers[answer.tag] == nil, "answered twice")
            answers[answer.tag] = answer.answer
            answered.append(answer.tag)
        }
    }

    private func take(_ push: WorkerPush, _ worker: Int) {
        switch push {
        case .decide, .fold, .action:
            tasks.append((worker, push))
            given.append(push)
        case .error(let id, let code, _, _): errors.append((id?.text, code))
        case .welcome, .heartbeat, .bye: break
        }
    }

    // MARK: clients

    /// Sends messages in one batch; their tags.
    @discardableResult
    func send(_ messages: ClientMessage...) throws -> [Int] { try send(all: messages) }

    @discardableResult
    func send(all messages: [ClientMessage]) throws -> [Int] {
        let tags = messages.map { _ in
            lastTag += 1
            return lastTag
        }
        try process(
            messages.map { message in
                switch message {
                case .command(let command): .command(command)
                case .request(let request): .request(request)
                case .worker(let message): .message(message, PeerID(number: 1))
                }
            }, tags: tags)
        return tags
    }

    func message(
        _ key: String, _ name: String = "add", _ body: JSON = ["n": 1], id: String? = nil, expected: UInt64? = nil,
        headers: [Header] = []
    ) -> ClientMessage {
        engine.message("tally/\(key)", name, body, id: id, expected: expected, headers: headers)
    }

    func request(_ operation: String, _ arguments: JSON, id: String? = nil) -> ClientMessage {
        .request(OperationRequest(id: WireID(id ?? engine.newID())!, operation: operation, arguments: arguments.bytes))
    }

    /// Sends a command and has the workers do what they can.
    @discardableResult
    func command(
        _ key: String, _ name: String = "add", _ body: JSON = ["n": 1], id: String? = nil, expected: UInt64? = nil
    ) throws -> Answer {
        let tag = try send(message(key, name, body, id: id, expected: expected))[0]
        try work()
        return try #require(answers[tag], "not answered")
    }

    /// The answer to a request.
    func ask(_ operation: String, _ arguments: JSON) throws -> JSON {
        let tag = try send(request(operation, arguments))[0]
        try work()
        switch try #require(answers[tag], "not answered") {
        case .answer(let body): return try JSON.parse(body, maximumDepth: JSON.storedDepth)
        case .fault(let fault): throw fault
        case let other: throw Fault(.internal, "unexpected \(other)")
        }
    }

    func get(_ key: String, _ more: [(String, JSON)] = []) throws -> JSON {
        let address: [(String, JSON)] = [("aggregate", "tally"), ("key", .string(key))]
        return try ask("aggregate.get", .object(JSONObject(uniqueKeysWithValues: address + more)))
    }

    // MARK: workers

    func ready(
        worker: Int = 1, credit: Int64 = 4, schema: Int64 = 1, aggregates: [String] = ["tally"], holding: [String] = []
    ) throws {
        schemas[worker] = schema
        let ready = Ready(
            aggregates: aggregates, credit: credit, dedupes: true, schema: schema, holding: holding.compactMap { WireID($0) })
        try process([.message(.ready(WireID("ready-\(worker)")!, ready), PeerID(number: worker))])
    }

    func say(_ message: WorkerMessage, worker: Int = 1) throws { try process([.message(message, PeerID(number: worker))]) }
    func lose(_ worker: Int = 1) throws {
        tasks.removeAll { $0.worker == worker }
        schemas[worker] = nil
        try process([.lost(PeerID(number: worker))])
    }

    /// Takes out the oldest decision that was not answered.
    func decide(_ key: String? = nil) throws -> DecideTask {
        for (index, task) in tasks.enumerated() {
            guard case .decide(let decide) = task.push, key == nil || decide.aggregate.key == key else { continue }
            tasks.remove(at: index)
            return decide
        }
        throw Fault(.notFound, "nothing is to be decided")
    }

    func fold() throws -> FoldTask {
        for (index, task) in tasks.enumerated() {
            guard case .fold(let fold) = task.push else { continue }
            tasks.remove(at: index)
            return fold
        }
        throw Fault(.notFound, "nothing is to be folded")
    }

    /// Answers as a sound worker does.
    func answer(_ task: DecideTask, worker: Int = 1) throws {
        try say(Tally.decide(task, schema: schemas[worker] ?? 1), worker: worker)
    }

    func answer(_ task: FoldTask, worker: Int = 1) throws {
        try say(Tally.fold(task, schema: schemas[worker] ?? 1), worker: worker)
    }

    /// Answers everything until nothing is asked.
    func work() throws {
        while let next = tasks.first {
            tasks.removeFirst()
            switch next.push {
            case .decide(let task): try answer(task, worker: next.worker)
            case .fold(let task): try answer(task, worker: next.worker)
            default: throw Fault(.internal, "no task of theirs")
            }
        }
    }

    /// Lets so much time pass, timer by timer; workers that are connected are heard all the time.
    func pass(_ milliseconds: Int64) throws {
        let end = engine.clock.now().advanced(by: milliseconds)
        while let next = engine.engine.wakeUp, next <= end {
            engine.clock.advance(max(1, next.milliseconds - engine.clock.now().milliseconds))
            try process(schemas.keys.sorted().map { .message(.heartbeat, PeerID(number: $0)) })
        }
        engine.clock.advance(max(0, end.milliseconds - engine.clock.now().milliseconds))
        try process()
    }

    /// A kill of the server: its connections and all who wait are gone with it.
    func restart() throws {
        try engine.restart()
        tasks.removeAll()
        schemas.removeAll()
    }

    /// Of those given: how many were to fold.
    var folds: [FoldTask] { given.compactMap { if case .fold(let task) = $0 { task } else { nil } } }

    /// The events of a tally, as numbers.
    func events(_ key: String) throws -> [Int64] {
        try engine.events([("aggregate", "tally"), ("key", .string(key))]).compactMap { $0["body"]?["n"]?.intValue }
    }
}

/// What the workers of the tests decide: numbers are added, and the sum is the state.
enum Tally {
    static func decide(_ task: DecideTask, schema: Int64) -> WorkerMessage {
        guard let body = try? JSON.parse(task.body), let state = body["state"] else { return .unknown(task.task, message: "") }
        let sum = value(state, schema)
        switch task.name {
        case "add":
            let n = body["command"]?["n"]?.intValue ?? 0
            return done(task.task, [n], sum, schema)
        case "burst": return done(task.task, [1, 2, 3], sum, schema)
        case "look": return done(task.task, [], sum, schema)
        case "need" where task.version == 0: return .refuse(task.task, code: "not_found", message: "there is nothing")
        case "need": return done(task.task, [], sum, schema)
        case "spend":
            let n = body["command"]?["n"]?.intValue ?? 0
            guard sum >= n else { return .refuse(task.task, code: "too_little", message: "there is only \(sum)") }
            return done(task.task, [-n], sum, schema)
        default: return .refuse(task.task, code: "unknown_command", message: "there is no '\(task.name)'")
        }
    }

    static func fold(_ task: FoldTask, schema: Int64) -> WorkerMessage {
        guard let body = try? JSON.parse(task.body), let state = body["state"], let events = body["events"]?.arrayValue else {
            return .unknown(task.task, message: "")
        }
        let sum = events.reduce(value(state, schema)) { $0 + ($1["body"]?["n"]?.intValue ?? 0) }
        let after = JSON.object(JSONObject(uniqueKeysWithValues: [(field(schema), .int(sum))]))
        return .done(task.task, body: (["state": after] as JSON).bytes)
    }

    private static func done(_ task: WireID, _ numbers: [Int64], _ sum: Int64, _ schema: Int64) -> WorkerMessage {
        let events = numbers.map { ["name": "added", "body": ["n": .int($0)]] as JSON }
        let after = numbers.reduce(sum, +)
        let answer: JSON = [
            "events": .array(events), "state": .object(JSONObject(uniqueKeysWithValues: [(field(schema), .int(after))])),
            "result": ["sum": .int(after)],
        ]
        return .done(task, body: answer.bytes)
    }

    /// Each schema has another shape: a state of another one is read as nothing.
    static func field(_ schema: Int64) -> String { "sum\(schema)" }
    private static func value(_ state: JSON, _ schema: Int64) -> Int64 { state[field(schema)]?.intValue ?? 0 }
}
