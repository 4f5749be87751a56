import Kernel
import WorkerCheck

@testable import SkaldCommandLine

/// A world of canned answers: runs command lines in process and keeps what they said and asked.
final class Stage {
    var name = "skald"
    var output = ""
    var talk = ""
    var asked: [Asked] = []
    /// Answers by operation (`command` for commands), used up from the front; the last one stays.
    var answers: [String: [Result<JSON, RequestFailure>]] = [:]
    var environment: [String: String] = [:]
    var files: [String: String] = [:]
    var sockets: Set<String> = []
    var typed: String?
    var outputIsTerminal = false
    var canAsk = false
    var clock: Int64 = 1_795_269_731_000
    var served: [ServeRequest] = []
    var httpWorkers: [[String]] = []
    /// What the first and the second child of two print.
    var firstLines: [String] = []
    var secondLines: [String] = []
    var childEnd = ChildEnd.exited(0)
    var children: [[String]] = []
    var aggregates: [AggregateHandler] = []
    /// Endpoint and timeout of each connection.
    var connected: [String] = []
    var isDown = false
    /// What was asked of a check of workers, and what it finds.
    var checked: [CheckOptions] = []
    var check: Result<CheckReport, CheckFailure> = .failure(.noWorker(60_000))
    /// What each answer costs, in milliseconds of the clock.
    var latency: Int64 = 1

    struct Asked: Equatable {
        let operation: String
        let arguments: JSON
        let id: String
        let holding: Int64
    }

    func answer(_ operation: String, _ results: Result<JSON, RequestFailure>...) { answers[operation] = results }
    func answer(_ operation: String, _ json: String) throws { answers[operation] = [.success(try JSON.parse(json))] }
    func refuse(_ operation: String, _ code: String, _ body: JSON) {
        answer(operation, .failure(.answered(code: code, body: body)))
    }

    /// Runs a command line split at spaces; use `run([…])` for arguments that hold some.
    @discardableResult
    func run(_ line: String) -> ProcessStatus { run(line.split(separator: " ").map { String($0) }) }

    @discardableResult
    func run(_ arguments: [String]) -> ProcessStatus {
        (output, talk, asked, connected) = ("", "", [], [])
        return CommandRun(world: world).run(arguments)
    }

    private var world: World {
        World(
            name: name, aggregates: aggregates, environment: { self.environment[$0] },
            write: { stream, text in if stream == .output { self.output += text } else { self.talk += text } },
            isTerminal: { stream in stream == .output ? self.outputIsTerminal : self.canAsk },
            canAsk: canAsk, readLine: { self.typed },
            readFile: { path throws(Failure) in
                guard let text = self.files[path] else { throw .io("cannot read \(path): No such file or directory") }
                return Array(text.utf8)
            },
            isSocket: { self.sockets.contains($0) }, now: { Timestamp(milliseconds: self.clock) }, random: { 7 },
            connect: { endpoint, timeout throws(RequestFailure) in
                self.connected.append("\(endpoint.text) \(timeout)")
                if self.isDown { throw .unreachable }
                return CannedRequests(stage: self)
            },
            serve: { request in
                self.served.append(request)
                return .ok
            },
            runChild: { arguments throws(Failure) in
                self.children.append(arguments)
                return self.childEnd
            },
            startChild: { arguments throws(Failure) in
                self.children.append(arguments)
                var lines = self.children.count % 2 == 1 ? self.firstLines : self.secondLines
                lines.reverse()
                return ChildLines(next: { lines.popLast() }, stop: {})
            },
            becomeHTTPWorker: { arguments throws(Failure) in
                self.httpWorkers.append(arguments)
                return .ok
            },
            checkWorker: { options, tell throws(CheckFailure) in
                self.checked.append(options)
                return try self.check.get()
            })
    }
}

struct CannedRequests: Requests {
    let stage: Stage

    func command(_ command: OutgoingCommand) throws(RequestFailure) -> JSON {
        let expected = command.expected.map { String($0) } ?? "-"
        let words = "\(command.aggregate) \(command.key) \(expected) \(command.name)"
        return try answer("command", [.string(words), command.body], id: command.id, holding: 0)
    }

    func request(_ operation: String, _ arguments: JSON, id: String, holding: Int64) throws(RequestFailure) -> JSON {
        try answer(operation, arguments, id: id, holding: holding)
    }

    private func answer(_ operation: String, _ arguments: JSON, id: String, holding: Int64) throws(RequestFailure) -> JSON {
        stage.asked.append(.init(operation: operation, arguments: arguments, id: id, holding: holding))
        stage.clock += stage.latency
        guard let first = stage.answers[operation]?.first else { throw .foreign("no answer was prepared for \(operation)") }
        if stage.answers[operation]!.count > 1 { stage.answers[operation]!.removeFirst() }
        return try first.get()
    }
}
