import Participants
import SkaldClient
import Testing

@Suite struct BarrierUndoTests {
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

    private func isRefusedAsUndone(_ late: WorkerTask) async {
        let refusal = await #expect(throws: Refuse.self) { try await barrier.run(late, nothing) }
        #expect(refusal?.code == "undone")
    }

    @Test func `an undo takes back what was done, once, and knows its result`() async throws {
        _ = try await barrier.run(task(.do), Seats.reserve("a"))
        #expect(try await barrier.run(task(.undo), Seats.free) == ["freed": "a"])
        #expect(try seats.taken.isEmpty && seats.states == ["s1/seat/do undone", "s1/seat/undo done"])
        #expect(try await barrier.run(task(.undo, attempt: 2), nothing) == ["freed": "a"])
        #expect(try await barrier.run(task(.undo, generation: "~2"), nothing) == Done())
        await isRefusedAsUndone(task(.do, attempt: 2))
    }

    @Test func `an undo of what never was is done without effect, and a late do is refused`() async throws {
        #expect(try await barrier.run(task(.undo), nothing) == Done())
        #expect(try seats.states == ["s1/seat/do void", "s1/seat/undo done"])
        await isRefusedAsUndone(task(.do, attempt: 9, epoch: 9))
        #expect(try await barrier.run(task(.undo, attempt: 2), nothing) == Done())
    }

    @Test func `an undo of attempts without effect is done, and a late do is refused`() async throws {
        await #expect(throws: Accident.self) { try await barrier.run(task(.do), Seats.failing(Accident())) }
        #expect(try await barrier.run(task(.undo), nothing) == Done())
        await isRefusedAsUndone(task(.do, attempt: 2))
    }

    @Test func `an undo of what was refused is done without effect`() async throws {
        await #expect(throws: Refuse.self) { try await barrier.run(task(.do), Seats.failing(Refuse("sold_out"))) }
        #expect(try await barrier.run(task(.undo), nothing) == Done())
        let again = await #expect(throws: Refuse.self) { try await barrier.run(task(.do, attempt: 2), nothing) }
        #expect(again?.code == "sold_out")
    }

    @Test func `an undo that failed runs again, and one that was refused does not`() async throws {
        _ = try await barrier.run(task(.do), Seats.reserve("a"))
        await #expect(throws: Accident.self) { try await barrier.run(task(.undo), Seats.failing(Accident())) }
        for effect in [Seats.failing(Refuse("seated")), nothing] {
            let refusal = await #expect(throws: Refuse.self) { try await barrier.run(task(.undo, attempt: 2), effect) }
            #expect(refusal?.code == "seated")
        }
        #expect(try seats.taken == ["a"] && seats.states.first == "s1/seat/do done")
        #expect(try await barrier.run(task(.undo, generation: "~2"), Seats.free) == ["freed": "a"])
    }

    @Test func `an undo of a known result that is not recorded is a case for a person`() async throws {
        let refusal = await #expect(throws: Refuse.self) {
            try await barrier.run(task(.undo, result: ["seat": "a"]), nothing)
        }
        #expect(try refusal?.code == "no_record" && seats.states.isEmpty)
    }

    @Test func `a late do stays refused even when its row was swept`() async throws {
        _ = try await barrier.run(task(.do), Seats.reserve("a"))
        _ = try await barrier.run(task(.undo), Seats.free)
        try seats.execute("DELETE FROM skald_operations WHERE operation = 's1/seat/do'")
        #expect(try await barrier.run(task(.undo, attempt: 2), nothing) == ["freed": "a"])
        await isRefusedAsUndone(task(.do, attempt: 2))
    }
}
