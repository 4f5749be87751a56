import Engine
import EventLog
import Kernel

/// How a run ends: at rest, and with one damaged entry.
extension SimulationRun {
    /// Batches without messages that a run may need to come to rest.
    static let restLimit = 48
    /// Milliseconds that pass with each of the later ones: in all more than any definition waits.
    static let restPace: Int64 = 6_000
    /// Sagas with simulated participants.
    static let participantRuns = 2

    /// Faults stop, and time passes: every saga ends, is stuck on a step, or goes on trying because its policy says for ever.
    func rest() throws {
        var batches = 0
        while let due = server.engine.wakeUp, batches < Self.restLimit {
            // One that tries again each millisecond must not keep the others from their time.
            let pace = batches > Self.restLimit / 3 ? Self.restPace : 0
            server.clock.milliseconds = max(server.clock.milliseconds + pace, due.milliseconds)
            try process([])
            batches += 1
        }
        for id in history.sagas {
            guard let saga = oracle.runs[id]?.picture, ["running", "compensating"].contains(saga.status) else { continue }
            let isTrying = saga.steps.contains { $0.status == "retrying" || $0.undo == "undo_retrying" }
            try require(
                isTrying || saga.isStuck && saga.stuckStep != nil, "liveness",
                "saga \(id) is \(saga.status), and nothing moves it")
        }
    }

    /// The same definitions with their steps outside of the server: participants that are busy, silent, late, doubtful, say
    /// things twice or refuse, and a server that crashes between commits.
    func askParticipants() throws {
        var chance = Chance(options.seed, 5)
        let definition = chance.pick(workload.definitions)
        guard let parsed = server.engine.registered(definition.name) else { return }
        let input: JSON = ["flag": .bool(options.seed % 2 == 0), "key": "k"]
        let torture = Torture(parsed, input: input, TortureParticipants(readBy: parsed), asWorkers: true)
        let report = torture.sample(seed: options.seed, runs: Self.participantRuns)
        history.note(report)
        guard let failure = report.failure else { return }
        throw SimulationFailure(rule: "participants", "\(definition.document.text) with \(failure.faults): \(failure.what)")
    }

    /// One entry can no longer be read: whatever is still told is right, and the rest says that it cannot be read.
    func damage() throws {
        var chance = Chance(options.seed, 4)
        let entries = try server.entries(after: nil)
        guard !entries.isEmpty else { return }
        let damaged = chance.pick(entries)
        server.log.damage(damaged.key)
        do { try server.restart() } catch LogFailure.corrupt(let why) {
            // A definition that cannot be read keeps the server from starting, and the entry is named.
            try require(why.contains("\(damaged.key)"), "damage", "the server does not say which entry is damaged: \(why)")
            return
        }
        for (index, key) in workload.cells.enumerated() {
            let operation = ClientOperation(id: "end-\(index)", .command(cell: key, .touch, expected: nil))
            let output = try server.process([operation])
            let reply = try ClientReply(output.answers[0].answer, to: operation.act)
            let cell = oracle.cells[key] ?? CellPicture()
            let isRefused = reply == .fault(code: "internal", reason: nil) && damaged.aggregate.key == key
            try require(
                isRefused || reply == .accepted(version: cell.version, value: cell.value), "damage",
                "with entry \(damaged.key) of \(damaged.aggregate) damaged, cell \(key) answers \(reply)")
        }
        try checkDamagedSagas(damaged)
    }

    private func checkDamagedSagas(_ damaged: Entry) throws {
        try server.log.read { reader in
            for id in history.sagas {
                let isDamaged = damaged.aggregate == AggregateID("$saga", id)
                do {
                    let state = try server.engine.storedSaga(id, reader)
                    // An entry without events holds a receipt only: the saga is whole without it.
                    try require(!isDamaged || damaged.events.isEmpty, "damage", "saga \(id) is read without an entry of its own")
                    try require(
                        state.map { SagaPicture($0) } == oracle.runs[id]?.picture, "damage", "saga \(id) is not what it was")
                } catch LogFailure.corrupt {
                    try require(isDamaged, "damage", "saga \(id) cannot be read, and its entries are good")
                }
            }
        }
    }
}
