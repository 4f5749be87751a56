import GRDB
import SkaldClient

/// The rules of the barrier, applied inside one transaction.
struct Settlement {
    struct Verdict {
        let answer: Result<Done, any Error>
        /// Commit; else roll back.
        let keeps: Bool
    }

    /// Bytes of an answer that the server takes.
    static let answerLimit = 1 << 20

    private let ledger: Ledger
    private let task: WorkerTask
    private let effect: Barrier.Effect

    init(_ ledger: Ledger, _ task: WorkerTask, _ effect: @escaping Barrier.Effect) {
        (self.ledger, self.task, self.effect) = (ledger, task, effect)
    }

    func verdict() throws -> Verdict {
        try ledger.create()
        switch task.direction {
        case .do:
            let row = try claim()
            return try refusal(row) ?? run(task)
        case .undo: return try undo(about())
        case .probe:
            // Claimed, so that an attempt that runs is waited for; rolled back, so that nothing is marked.
            let row = try ledger.claim(about().operation, .do, epoch: task.epoch)
            return Verdict(answer: row.stored ?? .failure(NotNow(after: .zero, "no effect so far")), keeps: false)
        }
    }

    private func undo(_ about: DoneOperation) throws -> Verdict {
        // Always the do before its undo: two who take both do not wait for each other in a circle.
        let did = try ledger.claim(about.operation, .do, epoch: task.epoch)
        let row = try claim()
        if let stored = row.stored {
            // The row of the do was swept: a late do must stay refused.
            if did.state == .open { try void(about) }
            return Verdict(answer: stored, keeps: true)
        }
        if let refusal = refusal(row) { return refusal }
        switch did.state {
        case .open where about.result != nil:
            let message = "\(about.operation) was done, but skald_operations of this database does not know it: "
            let reasons = "done without the barrier, swept too early, or in another database"
            return Verdict(answer: .failure(Refuse("no_record", message + reasons)), keeps: false)
        case .done:
            var known = task
            let result = Done(body: did.answer)?.result
            known.doneOperation = DoneOperation(operation: about.operation, input: about.input, result: result)
            let verdict = try run(known)
            if case .success = verdict.answer { try ledger.store(about.operation, .undone, epoch: task.epoch) }
            return verdict
        case .open: try void(about)
        case .refused, .void, .undone: break
        }
        return try keep(Done())
    }

    /// What stands against running: it was answered before, or overtaken.
    private func refusal(_ row: OperationRow) -> Verdict? {
        if let stored = row.stored { return Verdict(answer: stored, keeps: false) }
        return row.isAhead(of: task) ? Verdict(answer: .failure(Unknown("stale attempt")), keeps: false) : nil
    }

    private func run(_ task: WorkerTask) throws -> Verdict {
        do {
            return try keep(watched(task))
        } catch let refusal as Refuse where Names.isName(refusal.code) {
            let answer: JSON = ["message": .string(refusal.message)]
            try ledger.store(
                task.operation, .refused, code: refusal.code, answer: answer, epoch: task.epoch, attempt: task.attempt)
            return Verdict(answer: .failure(refusal), keeps: true)
        } catch let error as EffectGuard.Broken {
            throw error
        } catch {
            // SQLite may have rolled back everything by itself: then there is nothing left to write in.
            guard ledger.db.isInsideTransaction else { throw error }
            try ledger.store(task.operation, .open, epoch: task.epoch, attempt: task.attempt)
            return Verdict(answer: .failure(error), keeps: true)
        }
    }

    /// Runs the effect; what it changed is taken back when it throws.
    private func watched(_ task: WorkerTask) throws -> Done {
        let watch = EffectGuard()
        ledger.db.add(transactionObserver: watch)
        defer { ledger.db.remove(transactionObserver: watch) }
        do {
            var done = Done()
            try ledger.db.inSavepoint {
                done = try effect(ledger.db, task)
                if watch.isBroken { throw EffectGuard.Broken() }
                let size = done.body.bytes.count
                guard size <= Self.answerLimit else {
                    throw Unknown("the result has \(size) bytes; \(Self.answerLimit) are allowed")
                }
                return .commit
            }
            return done
        } catch {
            throw watch.isBroken ? EffectGuard.Broken() : error
        }
    }

    private func keep(_ done: Done) throws -> Verdict {
        try ledger.store(task.operation, .done, answer: done.body, epoch: task.epoch, attempt: task.attempt)
        return Verdict(answer: .success(done), keeps: true)
    }

    private func void(_ about: DoneOperation) throws { try ledger.store(about.operation, .void, epoch: task.epoch) }

    private func claim() throws -> OperationRow {
        try ledger.claim(task.operation, task.direction, epoch: task.epoch, attempt: task.attempt)
    }

    private func about() throws -> DoneOperation {
        guard let about = task.doneOperation else { throw Unknown("the task does not say which operation it is about") }
        return about
    }
}
