import Engine
import EventLog
import Kernel
import SagaModel
import Wire

/// The second world of a seed: the real engine, and workers that perform steps of its sagas, more or less well.
///
///     fleet ─answers─▶ engine ─entries─▶ explained, watched     ─frames─▶ dispatch ─▶ fleet
///
/// There is no second model here. Every event must follow from what was said or from time (`AnswerAudit`), keep the promises
/// (`SagaRules`), and agree with what participants have really done (`EffectAudit`).
final class WorkerRun {
    let options: SimulationOptions
    let faults: [FaultKind]
    let server: SimulatedServer
    var fleet: WorkerFleet
    var history: WorkerHistory
    var desk = DispatchAudit()
    let definitions: [CallDefinition]
    /// Messages sent, those of workers counted.
    private(set) var messages = 0
    /// The workers' time, which nobody sets back.
    private(set) var time: Int64 = 0
    /// Ended sagas that the disk was found to hold as they ended.
    private var settled: Set<String> = []
    private var answers = 0
    var trace: ((String) -> Void)?

    static let cells = ["a", "b", "c", "d", "e", "f"]

    init(_ options: SimulationOptions) throws(SimulationFailure) {
        self.options = options
        faults = options.faults
        let retention = EngineConfiguration().retention
        do {
            server = try SimulatedServer(seed: options.seed ^ 0x57AB, retention: retention, memory: options.budget)
        } catch {
            throw SimulationFailure(rule: "start", "the server does not start on an empty disk: \(error)")
        }
        var known: [String: (call: CallDefinition, model: Definition)] = [:]
        var definitions: [CallDefinition] = []
        for index in 0..<3 {
            var generator = CallDefinitionGenerator(Chance(options.seed, 20, UInt64(index)), cells: Self.cells)
            let definition = generator.definition(name: "work-\(index)")
            try server.install(definition.document.text, named: definition.name)
            guard let model = server.engine.registered(definition.name) else { continue }
            known[definition.name] = (definition, model)
            definitions.append(definition)
        }
        self.definitions = definitions
        history = WorkerHistory(known)
        fleet = WorkerFleet(seed: options.seed, faults: faults, cells: Self.cells, at: 0)
    }

    func has(_ fault: FaultKind) -> Bool { faults.contains(fault) }

    /// All steps, then rest; gives the step it was at when something was found.
    func run() throws(SimulationFailure) {
        var index = 0
        do {
            for definition in definitions { trace?("installed \(definition.document.text)") }
            try history.admit(try server.entries(after: nil), Talk([]))
            while index < options.steps {
                if !options.skipped.contains(index) { try perform(index) }
                index += 1
            }
            try rest()
        } catch var failure as SimulationFailure {
            failure.step = index
            throw failure
        } catch {
            var failure = SimulationFailure(rule: "store", "\(error)")
            failure.step = index
            throw failure
        }
    }

    private func perform(_ index: Int) throws {
        var chance = Chance(options.seed, 21, UInt64(index))
        if chance.happens(2) { try restart(&chance) }
        move(&chance)
        let space: SpaceState = has(.space) ? chance.weighted([(84, .green), (10, .amber), (6, .red)]) : .green
        var fate = CommitFate.durable
        if has(.full), chance.happens(7) { fate = .full }
        if has(.crash), chance.happens(4) { fate = chance.happens(50) ? .lost : .untold }
        trace?("step \(index): space \(space), commit \(fate)")
        server.log.setSpace(space)
        server.log.setFate(fate)
        try process(fleet.speak(at: time, &chance), asked(index, &chance), space, &chance)
        server.log.setSpace(.green)
        server.log.setFate(.durable)
    }

    // MARK: time

    private func move(_ chance: inout Chance) {
        if has(.clock), chance.happens(3) { return pass(chance.pick([3_600_000, -3_600_000, 86_400_000, -60_000])) }
        switch chance.below(100) {
        case ..<50: pass(untilNext ?? 10)
        case ..<82: pass(chance.within(0...60))
        default: pass(chance.within(50...6_000))
        }
    }

    /// Until something is due: a timer of the server, or a worker.
    var untilNext: Int64? {
        let timer = server.engine.wakeUp.map { max(0, $0.milliseconds - server.clock.milliseconds) }
        let worker = fleet.nextTime.map { max(0, $0 - time) }
        return [timer, worker].compactMap(\.self).min()
    }

    func pass(_ milliseconds: Int64) {
        server.clock.milliseconds += milliseconds
        time += max(0, milliseconds)
    }

    // MARK: what people ask

    private func asked(_ index: Int, _ chance: inout Chance) -> [ClientOperation] {
        (0..<chance.weighted([(45, 0), (35, 1), (20, 2)])).map { slot in
            ClientOperation(id: "ask-\(index)-\(slot)", act("\(index)-\(slot)", &chance))
        }
    }

    private func act(_ id: String, _ chance: inout Chance) -> ClientOperation.Act {
        if has(.operators), chance.happens(35), let saga = history.ids.last {
            let stuck = history.live.first { $0.state.isStuck }
            if let stuck, let step = stuck.state.stuckError?.step, chance.happens(70) {
                return chance.happens(60) ? .retry(saga: stuck.id, step: step) : .waive(saga: stuck.id, step: step)
            }
            let live = history.live
            guard !live.isEmpty else { return chance.happens(75) ? .cancel(saga: saga) : .terminate(saga: saga) }
            let target = chance.pick(live)
            let step = chance.pick(target.state.definition.steps).name
            return chance.weighted([
                (72, .cancel(saga: target.id)), (18, .terminate(saga: target.id)), (10, .waive(saga: target.id, step: step)),
            ])
        }
        return .start(SagaOrder(definition: chance.pick(definitions).name, saga: "w-\(id)"))
    }

    // MARK: batches

    func process(
        _ said: [EngineInput.Content], _ asked: [ClientOperation], _ space: SpaceState, _ chance: inout Chance
    ) throws {
        if !fleet.isHealed { messages += said.count + asked.count }
        var talk = Talk(said)
        let now = try server.batchTime()
        history.passed(now)
        let (before, commits) = (history.last, server.log.commits)
        let people = asked.enumerated().compactMap { index, operation in
            operation.message.map { EngineInput(tag: index, message: $0) }
        }
        let workers = said.map { EngineInput(tag: -1, $0) }
        if let trace { tell(said, asked, now, trace) }
        let output: EngineOutput
        do { output = try server.process(chance.happens(50) ? people + workers : workers + people) } catch LogFailure.failed {
            talk.isCut = true
            try history.admit(try entries(after: before), talk)
            server.log.setSpace(.green)
            return try restart(&chance)
        }
        talk.departed.formUnion(output.departed.map(\.number))
        try history.admit(try entries(after: before), talk)
        let isRefused = !output.didCommit && server.log.commits != commits
        history.noteWorking(talk, isHeard: !isRefused && space < .red)
        let frames = try read(output)
        try desk.check(frames, talk.departed.sorted(), talk, &history, epoch: UInt64(server.engine.epoch))
        try desk.check(server.engine, &history)
        if isRefused {
            try require(history.begun.isEmpty && history.touched.isEmpty, "store", "a refused commit has left entries")
        }
        // Where time went back no row is put right before its saga moves.
        if !isRefused, space < .red, now >= history.latest.milliseconds { try check(at: now) }
        for (peer, push) in frames { fleet.hear(push, on: peer, at: time) }
    }

    private func entries(after key: LogKey?) throws -> [Entry] {
        let entries = try server.entries(after: key)
        guard let trace else { return entries }
        for entry in entries where !entry.events.isEmpty {
            let events = entry.events.map { "\($0.name) \(String(decoding: $0.body, as: UTF8.self))" }
            trace("  \(entry.key) \(entry.aggregate) by \(entry.cause.command): \(events.joined(separator: ", "))")
        }
        return entries
    }

    private func tell(_ said: [EngineInput.Content], _ asked: [ClientOperation], _ now: Int64, _ trace: (String) -> Void) {
        trace("  at \(now)")
        for operation in asked { trace("  \(operation.id): \(operation.summary)") }
        for content in said {
            switch content {
            case .message(let message, let peer): trace("  \(peer.number) ▶ \(String(decoding: message.encoded, as: UTF8.self))")
            case .nonsense(let task, _, let peer): trace("  \(peer.number) ▶ nonsense \(task.text)")
            case .lost(let peer): trace("  \(peer.number) is lost")
            case .command, .request: break
            }
        }
    }

    private func read(_ output: EngineOutput) throws(SimulationFailure) -> [(peer: Int, push: WorkerPush)] {
        var frames: [(peer: Int, push: WorkerPush)] = []
        for frame in output.frames {
            history.hash(frame.bytes)
            trace?("  \(frame.peer.number) ◀ \(String(decoding: frame.bytes, as: UTF8.self))")
            do throws(FrameError) { frames.append((frame.peer.number, try WorkerPush.parse(frame.bytes))) } catch {
                throw SimulationFailure(rule: "frames", "a worker cannot read what it is sent: \(error)")
            }
            if case .error(_, let code, _, _) = frames[frames.count - 1].push { history.coverage.note("worker is told \(code)") }
        }
        for told in output.answers {
            answers += 1
            if let id = WireID("answer-\(answers)") { history.hash(told.answer.encoded(for: id)) }
        }
        return frames
    }

    /// After a commit: tables, memory and time agree with what the log holds.
    private func check(at now: Int64) throws {
        try server.log.read { reader in
            try WorkTables(reader: reader).check(history, at: Timestamp(milliseconds: now))
        }
        try server.checkCounts()
        for id in history.touched {
            guard let saga = history.sagas[id], let state = server.engine.residentSaga(id) else { continue }
            try compare(saga, state, "in memory", at: now)
        }
        for saga in history.live {
            let late = saga.open.first { $0.due <= now }
            try require(late == nil, "time", "task \(late?.id ?? "") has no time left, and is still open")
            let isBound = saga.state.status == .running && !saga.state.isPastPivot && !saga.state.isPivotInDoubt
            try require(!isBound || saga.deadline.map { $0 > now } ?? true, "time", "saga \(saga.id) goes on behind its deadline")
        }
    }

    private func compare(_ saga: WatchedSaga, _ state: SagaState, _ place: String, at now: Int64) throws(SimulationFailure) {
        let difference = StoredSaga.difference(state, saga.state, at: Timestamp(milliseconds: now))
        try require(difference == nil, "sagas", "saga \(saga.id) \(place): \(difference ?? "")")
    }

    /// The process is new: it must find every saga, and every task that may still be out there.
    func restart(_ chance: inout Chance) throws {
        trace?("  the server starts again")
        try server.restart()
        fleet.serverEnded(at: time, &chance)
        desk.reset()
        history.serverEnded()
        try desk.check(server.engine, &history)
        let now = try server.batchTime()
        try server.log.read { reader in
            var rows: [TableAudit.Row] = []
            for id in history.ids {
                guard let saga = history.sagas[id] else { continue }
                // A clock set back does not take back what time had brought: it waits for a worker, and has no timer.
                rows.append(TableAudit.Row(saga.state, at: max(Timestamp(milliseconds: now), history.latest)))
                if saga.state.isEnded, !settled.insert(id).inserted { continue }
                guard let state = try server.engine.storedSaga(id, reader) else {
                    throw SimulationFailure(rule: "sagas", "saga \(id) is gone")
                }
                try compare(saga, state, "on the disk", at: now)
            }
            try TableAudit(reader: reader).check(rows)
        }
    }

    func require(_ isTrue: Bool, _ rule: String, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw SimulationFailure(rule: rule, what()) }
    }
}
