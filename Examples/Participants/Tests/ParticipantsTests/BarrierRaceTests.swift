import Dispatch
import Participants
import SkaldClient
import Synchronization
import Testing

/// Two connections, one file.
@Suite struct BarrierRaceTests {
    private let seats: Seats

    init() throws { seats = try Seats() }

    /// What each gives, all begun at once, each with a connection of its own.
    private func atOnce(_ tasks: [WorkerTask], _ effect: @escaping Barrier.Effect) async throws -> [Result<Done, any Error>] {
        let path = seats.path
        return try await withThrowingTaskGroup(of: (Int, Result<Done, any Error>).self) { group in
            for (index, task) in tasks.enumerated() {
                let barrier = try Barrier(path: path)
                group.addTask {
                    do { return (index, .success(try await barrier.run(task, effect))) } catch { return (index, .failure(error)) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    @Test func `eight attempts at once have one effect and one answer`() async throws {
        let ran = Atomic(0)
        let answers = try await atOnce((1...8).map { task(.do, attempt: $0) }) { db, task in
            ran.add(1, ordering: .relaxed)
            return try Seats.reserve("seat of attempt \(task.attempt)")(db, task)
        }
        let taken = try seats.taken
        #expect(ran.load(ordering: .relaxed) == 1 && taken.count == 1)
        #expect(try answers.map { try $0.get() } == Array(repeating: ["seat": .string(taken[0])], count: 8))
    }

    @Test func `an undo and a late do at once leave nothing, in either order`() async throws {
        for round in 0..<50 {
            let saga = "s\(round)"
            let effect: Barrier.Effect = { db, task in
                try task.direction == .do ? Seats.reserve(saga)(db, task) : Seats.free(db, task)
            }
            let answers = try await atOnce([task(.do, saga: saga), task(.undo, saga: saga)], effect)
            #expect(throws: Never.self) { try answers[1].get() }
            switch answers[0] {
            case .success(let done): #expect(done == ["seat": .string(saga)])
            case .failure(let error): #expect((error as? Refuse)?.code == "undone")
            }
        }
        #expect(try seats.taken.isEmpty)
    }

    @Test func `a writer that never lets go makes an unknown outcome, not a no`() async throws {
        let other = try Barrier(path: seats.path, patience: 0.05)
        let held = try await seats.barrier.run(task(.do)) { db, holder in
            let outcome = Mutex<(any Error)?>(nil)
            let done = DispatchSemaphore(value: 0)
            Task {
                do { _ = try await other.run(task(.do, attempt: 2), Seats.reserve("b")) } catch {
                    outcome.withLock { $0 = error }
                }
                done.signal()
            }
            done.wait()
            #expect(outcome.withLock { $0 } as? Unknown == Unknown("another writer holds the database"))
            return try Seats.reserve("a")(db, holder)
        }
        #expect(try held == ["seat": "a"] && seats.taken == ["a"])
    }
}
