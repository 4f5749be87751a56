import GRDB
import Participants
import SkaldClient
import Testing

/// Every rule of the barrier, on a database file.
@Suite struct BarrierTests {
    private let seats: Seats
    private let barrier: Barrier
    private let nothing: Barrier.Effect = { _, _ in
        Issue.record("an effect ran that must not")
        return Done()
    }

    init() throws {
        seats = try Seats()
        barrier = seats.barrier
    }

    private func refusal(_ work: () async throws -> Done) async -> Refuse? {
        await #expect(throws: Refuse.self) { try await work() }
    }

    @Test func `an effect and its answer are kept together, and the answer is given again`() async throws {
        let undo = Undo.call("seat.free", with: ["seat": "a"])
        let done = try await barrier.run(task(.do), Seats.reserve("a", undo: undo))
        #expect(done == Done(["seat": "a"], undo: undo))
        #expect(try await barrier.run(task(.do, attempt: 2, epoch: 9), nothing) == done)
        #expect(try await barrier.run(task(.do, attempt: 1, epoch: 1), nothing) == done)
        #expect(try seats.taken == ["a"] && seats.states == ["s1/seat/do done"])
    }

    @Test func `a refusal is kept, and what came before it is taken back`() async throws {
        for effect in [Seats.failing(Refuse("sold_out", "none left")), nothing] {
            #expect(await refusal { try await barrier.run(task(.do), effect) } == Refuse("sold_out", "none left"))
        }
        #expect(try seats.taken.isEmpty && seats.states == ["s1/seat/do refused"])
    }

    @Test(arguments: [Accident(), NotNow(after: .seconds(3)), Unknown("lost"), Refuse("No Code")] as [any Error & Sendable])
    func `any other error leaves nothing, and the next attempt runs`(error: any Error & Sendable) async throws {
        await #expect { try await barrier.run(task(.do), Seats.failing(error)) } throws: { "\($0)" == "\(error)" }
        #expect(try seats.taken.isEmpty && seats.states == ["s1/seat/do open"])
        #expect(try await barrier.run(task(.do, attempt: 2), Seats.reserve("b")) == ["seat": "b"])
        #expect(try seats.taken == ["b"])
    }

    @Test func `an error of the database leaves nothing, and the next attempt runs`() async throws {
        _ = try await barrier.run(task(.do, saga: "other"), Seats.reserve("a"))
        await #expect(throws: DatabaseError.self) { try await barrier.run(task(.do), Seats.reserve("a")) }
        #expect(try await barrier.run(task(.do, attempt: 2), Seats.reserve("b")) == ["seat": "b"])
        #expect(try seats.taken == ["a", "b"])
    }

    @Test func `a result that cannot be answered is no effect`() async throws {
        await #expect(throws: Unknown.self) {
            try await barrier.run(task(.do)) { db, task in
                _ = try Seats.reserve("a")(db, task)
                return Done(.string(String(repeating: "x", count: 1 << 20)))
            }
        }
        #expect(try seats.taken.isEmpty)
    }

    @Test(arguments: [(1, 5), (2, 4), (1, 4), (9, 4)] as [(UInt64, UInt64)])
    func `a stale attempt has no effect, and gets an answer that is stored`(attempt: UInt64, epoch: UInt64) async throws {
        await #expect(throws: Accident.self) { try await barrier.run(task(.do, attempt: 2), Seats.failing(Accident())) }
        let stale = task(.do, attempt: attempt, epoch: epoch)
        await #expect(throws: Unknown("stale attempt")) { try await barrier.run(stale, nothing) }
        _ = try await barrier.run(task(.do, attempt: 2), Seats.reserve("a"))
        #expect(try await barrier.run(stale, nothing) == ["seat": "a"])
    }

    /// A server whose store was restored from before the first attempt.
    @Test func `a newer epoch counts, though it counts its attempts anew`() async throws {
        await #expect(throws: Accident.self) { try await barrier.run(task(.do, attempt: 2), Seats.failing(Accident())) }
        #expect(try await barrier.run(task(.do, attempt: 1, epoch: 9), Seats.reserve("a")) == ["seat": "a"])
    }

    @Test(arguments: ["COMMIT", "ROLLBACK", "COMMIT; BEGIN", "ROLLBACK; BEGIN"])
    func `an effect that ends the transaction has no effect`(sql: String) async throws {
        await #expect(throws: (any Error).self) {
            try await barrier.run(task(.do)) { db, task in
                _ = try Seats.reserve("a")(db, task)
                try db.execute(sql: sql)
                return try Seats.reserve("b")(db, task)
            }
        }
        #expect(try seats.taken.isEmpty)
        #expect(try await barrier.run(task(.do, attempt: 2), Seats.reserve("c")) == ["seat": "c"])
        #expect(try seats.taken == ["c"])
    }

    @Test func `an effect may use savepoints`() async throws {
        let done = try await barrier.run(task(.do)) { db, task in
            try db.inSavepoint {
                _ = try Seats.reserve("a")(db, task)
                return .rollback
            }
            return try Seats.reserve("b")(db, task)
        }
        #expect(try done == ["seat": "b"] && seats.taken == ["b"])
    }

    @Test func `a probe tells what is stored, and marks nothing`() async throws {
        let waits = NotNow(after: .zero, "no effect so far")
        await #expect(throws: waits) { try await barrier.probe(task(.probe)) }
        #expect(try seats.states.isEmpty)
        await #expect(throws: Accident.self) { try await barrier.run(task(.do), Seats.failing(Accident())) }
        await #expect(throws: waits) { try await barrier.run(task(.probe), nothing) }
        let done = try await barrier.run(task(.do), Seats.reserve("a"))
        #expect(try await barrier.probe(task(.probe)) == done)
        _ = try await barrier.run(task(.undo), Seats.free)
        #expect(await refusal { try await barrier.probe(task(.probe)) }?.code == "undone")
    }

    @Test func `a probe tells a refusal`() async throws {
        _ = await refusal { try await barrier.run(task(.do), Seats.failing(Refuse("sold_out", "none left"))) }
        #expect(await refusal { try await barrier.probe(task(.probe)) } == Refuse("sold_out", "none left"))
    }

    @Test func `old rows are swept, and young ones stay`() async throws {
        _ = try await barrier.run(task(.do, saga: "old"), Seats.reserve("a"))
        try seats.execute("UPDATE skald_operations SET at = at - 3600000")
        _ = try await barrier.run(task(.do, saga: "young"), Seats.reserve("b"))
        #expect(try await barrier.sweep(olderThan: .seconds(1800)) == 1)
        #expect(try seats.states == ["young/seat/do done"])
        #expect(try await barrier.sweep(olderThan: .seconds(1800)) == 0)
    }

    @Test func `the table is that of the Python kit`() async throws {
        _ = try await barrier.run(task(.do), Seats.reserve("a", undo: .call("free", with: [:])))
        let columns = "operation || '|' || direction || '|' || state || '|' || answer || '|' || epoch || attempt || (at > 1.7e12)"
        let row = try seats.text("SELECT \(columns) FROM skald_operations")
        #expect(row == #"s1/seat/do|do|done|{"result":{"seat":"a"},"undo":{"call":"free","with":{}}}|511"#)
        let names = try seats.text("SELECT group_concat(name) FROM pragma_table_info('skald_operations')")
        #expect(names == "operation,direction,state,code,answer,epoch,attempt,at")
    }
}
