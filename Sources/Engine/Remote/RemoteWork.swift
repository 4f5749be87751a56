import EventLog
import Kernel
import Wire

/// What waits for workers to decide or to fold: per aggregate one queue, of which the first is with a worker.
///
///     add ─▶ queue of the key ─▶ line of its type ─▶ open task ─▶ close ─▶ remove, or line up again
///
/// A value machine without a clock: it is told the time and says who is due.
struct RemoteWork: Sendable {
    var clock = SteadyTime()
    var cache = GenerationCache<AggregateID, RemoteAggregate>()
    private(set) var commands: [Int: RemoteCommand] = [:]
    private var numbers: [RemoteCommand.Source: Int] = [:]
    private(set) var queues: [AggregateID: RemoteQueue] = [:]
    var readings: [Int: RemoteReading] = [:]
    private(set) var waiters: [Int: RemoteWaiter] = [:]
    private(set) var lines: [QueueLane: Fifo<RemoteJob>] = [:]
    private(set) var flights: [String: RemoteFlight] = [:]
    /// When a task, a waiter's patience, and the pause of an aggregate are over.
    var tasks = Deadlines<String>()
    var patience = Deadlines<Int>()
    var pauses = Deadlines<AggregateID>()
    private var last = 0
    /// Whose turn it is among the types.
    var turns = 0
    /// What was decided of a step, for the turn of its saga that takes it.
    var decided: (step: RemoteStep, verdict: RemoteVerdict)?
    /// Types offered that are not in the store yet.
    var unwritten: [String] = []
    /// How far the rows of steps that waited before the start have been gone through.
    var scans: [QueueLane: [UInt8]] = [:]
    private(set) var scanned: Set<String> = []
    /// Accepted when workers decided for their types, which are compiled in now.
    var own: [(command: CommandRequest, waiting: RemoteCommand)] = []
    /// What is to be told with the next batch.
    var warnings: [String] = []
    /// Lines of which a step found no place.
    var overflowed: Set<QueueLane> = []

    /// What the bodies of the commands have together.
    private var bytes = 0
    /// Those of the commands that are steps of sagas: clients never take their places.
    private(set) var steps = 0

    var isFull: Bool { commands.count - steps >= EngineLimits.remoteCommands || bytes >= EngineLimits.remoteCommandBytes }
    var isFullOfSteps: Bool { steps >= EngineLimits.remoteCommands }
    var wakeUp: Timestamp? {
        [tasks.first, patience.first, pauses.first].compactMap(\.self).min().map(clock.wall)
    }

    /// Whether somebody has waited long enough.
    func isImpatient(at now: Timestamp) -> Bool { patience.first.map { clock.wall($0) <= now } ?? false }

    mutating func number() -> Int {
        last += 1
        return last
    }

    func number(of source: RemoteCommand.Source) -> Int? { numbers[source] }

    // MARK: commands

    /// Puts a command behind all others of its aggregate.
    @discardableResult
    mutating func add(_ command: RemoteCommand) -> Int {
        let number = number()
        hold(number, command)
        queues[command.aggregate]?.waiting.append(number)
        if let queue = queues[command.aggregate], queue.waiting.count > 2 * queue.count + 16 {
            let commands = commands
            queues[command.aggregate]?.waiting.removeAll { commands[$0] == nil }
        }
        lineUp(command.aggregate)
        return number
    }

    /// What is removed in the middle of a queue leaves its number there, which is passed over, and dropped when there are many.
    @discardableResult
    mutating func remove(_ number: Int) -> RemoteCommand? {
        guard let command = commands.removeValue(forKey: number) else { return nil }
        numbers[command.source] = nil
        bytes -= command.body.count
        if command.step != nil { steps -= 1 }
        queues[command.aggregate]?.count -= 1
        return command
    }

    /// As it was before `remove`, in front of all others.
    mutating func putBack(_ number: Int, _ command: RemoteCommand) {
        hold(number, command)
        queues[command.aggregate]?.waiting.putBack(number)
    }

    private mutating func hold(_ number: Int, _ command: RemoteCommand) {
        commands[number] = command
        numbers[command.source] = number
        bytes += command.body.count
        if command.step != nil { steps += 1 }
        queues[command.aggregate, default: RemoteQueue()].count += 1
    }

    mutating func change(_ number: Int, _ change: (inout RemoteCommand) -> Void) {
        guard var command = commands[number] else { return }
        change(&command)
        commands[number] = command
    }

    /// The command whose turn it is.
    mutating func first(of id: AggregateID) -> (number: Int, command: RemoteCommand)? {
        while let number = queues[id]?.waiting.first {
            if let command = commands[number] { return (number, command) }
            _ = queues[id]?.waiting.popFirst()
        }
        return nil
    }

    /// Those that wait, the first first.
    func waiting(of id: AggregateID) -> [Int] { queues[id]?.waiting.all.filter { commands[$0] != nil } ?? [] }

    // MARK: lines

    /// Puts an aggregate into the line of its workers, if it has something for them; forgets one that has nothing.
    mutating func lineUp(_ id: AggregateID, first isFirst: Bool = false) {
        guard let queue = queues[id], queue.task == nil else { return }
        guard let first = first(of: id) else {
            queues[id] = nil
            pauses.remove(id)
            return
        }
        let line = first.command.line
        guard !pauses.contains(id), queue.line != line else { return }
        queues[id]?.line = line
        if isFirst { lines[line, default: Fifo()].putBack(.command(id)) } else { append(.command(id), to: line) }
    }

    mutating func lineUp(reading number: Int) {
        guard let reading = readings[number] else { return }
        append(.reading(number), to: QueueLane(.forward, .aggregate(reading.aggregate.type)))
    }

    /// What nobody waits for any more keeps its place until there are more of those than of the others.
    private mutating func append(_ job: RemoteJob, to line: QueueLane) {
        var jobs = lines[line] ?? Fifo()
        lines[line] = nil
        jobs.append(job)
        if jobs.count > 2 * (queues.count + readings.count) + 16 {
            var seen: Set<RemoteJob> = []
            jobs.removeAll { !stands($0, in: line) || !seen.insert($0).inserted }
        }
        lines[line] = jobs
    }

    private func stands(_ job: RemoteJob, in line: QueueLane) -> Bool {
        switch job {
        case .command(let id): queues[id]?.line == line
        case .reading(let number): readings[number] != nil
        }
    }

    func hasLine(_ line: QueueLane) -> Bool { lines[line] != nil }
    var hasLines: Bool { !lines.isEmpty }

    /// Takes the next out of a line.
    mutating func next(in line: QueueLane) -> RemoteJob? {
        while let job = lines[line]?.popFirst() {
            switch job {
            case .command(let id):
                guard queues[id]?.line == line else { continue }
                queues[id]?.line = nil
                if queues[id]?.task == nil, !pauses.contains(id) { return job }
            case .reading(let number): if readings[number] != nil { return job }
            }
        }
        lines[line] = nil
        return nil
    }

    mutating func pause(_ id: AggregateID, for milliseconds: Int64) {
        guard queues[id] != nil else { return }
        pauses.set(id, clock.now.advanced(by: milliseconds))
    }

    mutating func setPark(_ why: String?, _ id: AggregateID) { queues[id]?.parked = why }

    /// Counts a fold of which nobody knows what came; how many there were.
    mutating func countFold(_ id: AggregateID, failed: Bool) -> Int {
        guard var queue = queues[id] else { return 0 }
        queue.failedFolds = failed ? queue.failedFolds + 1 : 0
        queues[id] = queue
        return queue.failedFolds
    }

    // MARK: tasks

    mutating func open(_ task: String, _ flight: RemoteFlight) {
        flights[task] = flight
        switch flight.job {
        case .command(let id): queues[id]?.task = task
        case .reading(let number): readings[number]?.task = task
        }
        extend(task)
    }

    /// Its time runs anew.
    mutating func extend(_ task: String) { tasks.set(task, clock.now.advanced(by: EngineLimits.remoteTask)) }

    @discardableResult
    mutating func close(_ task: String) -> RemoteFlight? {
        guard let flight = flights.removeValue(forKey: task) else { return nil }
        tasks.remove(task)
        switch flight.job {
        case .command(let id): if queues[id]?.task == task { queues[id]?.task = nil }
        case .reading(let number): readings[number]?.task = nil
        }
        return flight
    }

    /// A type is offered, perhaps for the first time since the start: steps that wait for it are looked for.
    mutating func scan(_ type: String) {
        guard scanned.insert(type).inserted else { return }
        for lane in [Lane.undo, .forward] { scan(QueueLane(lane, .aggregate(type))) }
    }

    mutating func scan(_ line: QueueLane) { scans[line] = line.prefix }

    // MARK: waiters

    mutating func wait(_ waiter: RemoteWaiter) -> Int {
        let number = number()
        var waiter = waiter
        waiter.due = clock.now.advanced(by: waiter.patience)
        // A command that is sent again has waited since it was sent first: else nobody could be told in the time they gave it.
        if case .command(let command) = waiter.subject, let first = commands[command]?.waiters.first.flatMap({ waiters[$0] }) {
            waiter.due = min(waiter.due, first.due)
        }
        waiters[number] = waiter
        patience.set(number, waiter.due)
        return number
    }

    mutating func endWait(_ number: Int) -> RemoteWaiter? {
        patience.remove(number)
        return waiters.removeValue(forKey: number)
    }
}

/// The commands of one aggregate.
struct RemoteQueue: Sendable {
    var waiting = Fifo<Int>()
    /// Of them those that are not over.
    var count = 0
    /// What a worker has of it.
    var task: String?
    /// The line it stands in.
    var line: QueueLane?
    /// Why its events cannot be folded.
    var parked: String?
    var failedFolds = 0
}

/// Something for a worker.
enum RemoteJob: Hashable, Sendable {
    case command(AggregateID)
    case reading(Int)
}

/// A task that a worker has.
struct RemoteFlight: Sendable {
    let job: RemoteJob
    /// Of the worker, when it was chosen.
    let schema: Int
    /// Where the state will stand when this is folded; nil for a decision.
    let end: StreamHead?
}
