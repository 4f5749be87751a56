import Glibc
import Wire

/// Proves a worker: stands in for the server, and drives the worker through what it meets in production once in a year.
///
/// Used by one thread, the one that made it. SIGINT and SIGTERM end it with `.interrupted`. The worker it started ends with it.
public final class WorkerCheck {
    let options: CheckOptions
    let stand: StandIn
    /// Tells a person what happens, and what to do.
    let tell: (String) -> Void
    var process: WorkerProcess?
    /// Actions that nobody came back for: they are not waited for again.
    private var missing: [String] = []
    private var sagas = 0

    /// Listens; `tell` hears where.
    public init(_ options: CheckOptions, tell: @escaping (String) -> Void) throws(CheckFailure) {
        self.options = options
        self.tell = tell
        stand = try StandIn(endpoint: options.endpoint)
    }

    public var endpoint: String { stand.endpoint }

    /// Runs every check of every action. Throws when there is nothing to judge: no worker, or effects that cannot be counted.
    public func run() throws(CheckFailure) -> CheckReport {
        tell("listening on \(endpoint)" + (options.start == nil ? "; start the worker against it now" : ""))
        // Whatever is started from here on, the worker and the counting of effects, knows where we are.
        setenv("SKALD_ENDPOINT", endpoint, 1)
        var parts: [CheckReport.Part] = []
        for subject in options.subjects { parts.append(.init(subject, try Script(self, subject).run())) }
        for worker in stand.workers { stand.say(.bye, to: worker.peer) }
        return CheckReport(endpoint: endpoint, parts: parts)
    }

    /// A saga's id that no run has used before.
    func newSaga() -> String {
        sagas += 1
        return "check-\(options.run)-\(sagas)"
    }

    /// The worker for `action`, started or waited for when there is none.
    func worker(for action: String) throws(CheckFailure) -> ConnectedWorker {
        if let worker = stand.worker(for: action) { return worker }
        guard !missing.contains(action) else { throw .notRun("no worker for \(action)") }
        try start()
        let greetings = stand.greetings
        var refusedAt: Int64 = .max
        try stand.run(for: options.arrival) {
            // One that came and does not offer it may be followed by another that does, but not for ever.
            if stand.greetings > greetings || !stand.workers.isEmpty, refusedAt == .max {
                refusedAt = stand.now + options.patience
            }
            return stand.worker(for: action) != nil || stand.now > refusedAt || isEnded
        }
        if let worker = stand.worker(for: action) { return worker }
        missing.append(action)
        guard stand.greetings > 0 else { throw process?.ending.map { .startEnded($0.text) } ?? .noWorker(options.arrival) }
        throw .notRun("no worker for \(action)")
    }

    /// Starts the worker when it is ours to start, else asks for it.
    private func start() throws(CheckFailure) {
        if let command = options.start {
            guard process?.isAlive() != true else { return }
            process = nil
            process = try WorkerProcess(command)
        } else if stand.greetings > 0 {
            tell("no worker is here: start it again, against \(endpoint)")
        }
    }

    private var isEnded: Bool { process.map { !$0.isAlive() } ?? false }

    /// Waits for the outcome of a task.
    func outcome(of task: GivenTask) throws(CheckFailure) -> Outcome {
        // Its attempt ends by itself; what a person started ends with its heartbeats.
        try stand.run(for: .max / 2) {
            if task.outcome == nil, let ending = process?.ending { stand.loseAll(ending.text) }
            _ = process?.isAlive()
            return task.outcome != nil
        }
        return task.outcome ?? .silent(options.patience)
    }

    /// How many effects `operation` has had; nil when that cannot be seen.
    func effects(of operation: Operation) throws(CheckFailure) -> Int? {
        guard let command = options.effects else { return nil }
        let filled = command.replacing("{operation}", with: operation.id).replacing("{action}", with: operation.action)
        return try EffectCount(filled).value { (milliseconds) throws(CheckFailure) in try stand.run(for: milliseconds) }
    }
}
