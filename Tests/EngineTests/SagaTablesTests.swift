import EventLog
import Kernel
import SagaModel
import Testing
import Wire

@testable import Engine

/// The tables that find sagas are caches of the log: after every batch of a random run they agree with the fold.
@Suite struct SagaTablesTests {
    private static let gates = ["g0", "g1", "g2"]

    private static func definition(_ random: SeededEntropy) -> JSON {
        let count = Int(1 + random.next() % 4)
        let retry = Sagas.everySecond(3)
        let undoRetry = Sagas.everySecond(2, only: "locked")
        let steps = (0..<count).map { index -> (String, JSON) in
            let needs = index > 0 && random.next() % 3 > 0 ? ["s\(index - 1)"] : []
            if random.next() % 5 == 0 { return ("s\(index)", Sagas.sleep("2s", needs: needs)) }
            let gate = gates[Int(random.next() % 3)]
            let patience: JSON? = random.next() % 2 == 0 ? .some(retry) : .none
            return ("s\(index)", Sagas.pass(gate, needs: needs, retry: patience, undoRetry: undoRetry))
        }
        return Sagas.definition(steps)
    }

    @Test(arguments: 1...6)
    func `DX-13 rows, states and timers agree with the fold after every step of a random run with crashes`(seed: UInt64) throws {
        let random = SeededEntropy(seed: seed)
        let harness = try EngineHarness()
        var ids: [String] = []
        for turn in 0..<120 {
            let id = ids.isEmpty ? "none" : ids[Int(random.next() % UInt64(ids.count))]
            switch random.next() % 10 {
            case 0, 1, 2:
                ids.append("s\(turn)")
                try harness.start(Self.definition(random), id: "s\(turn)")
            case 3:
                try harness.gate(
                    Self.gates[Int(random.next() % 3)], open: random.next() % 2 == 0, backOpen: random.next() % 2 == 0)
            case 4: _ = try harness.answer("saga.cancel", ["id": .string(id), "reason": "r"])
            case 5: _ = try harness.answer("saga.repair", ["id": .string(id), "step": "s0", "do": "retry", "reason": "r"])
            case 6 where random.next() % 4 == 0: _ = try harness.answer("saga.terminate", ["id": .string(id), "reason": "r"])
            case 7: try harness.restart()
            default:
                harness.clock.advance(Int64(random.next() % 1_500))
                try harness.process([])
            }
            try check(harness, ids)
        }
        for gate in Self.gates { try harness.gate(gate) }
        try harness.runTimers()
        try check(harness, ids)
        #expect(harness.engine.wakeUp == nil && !ids.isEmpty)
    }

    private func check(_ harness: EngineHarness, _ ids: [String]) throws {
        try harness.log.read { reader in
            var rows: [SagaRow] = []
            var timers: [String] = []
            var states: [String] = []
            for id in ids {
                let saga = try #require(try harness.queries.sagaReader.load(id, reader))
                let live = harness.engine.sagas[ByteKey(id)]
                #expect(live == nil || live?.state.view(at: harness.clock.now()) == saga.state.view(at: harness.clock.now()))
                #expect(live == nil || live?.head == saga.head && live?.start == saga.start && live?.timer == saga.timer)
                rows.append(SagaRow(id: id, definition: "test", state: saga.state.shownState))
                states.append("\(saga.state.shownState) \(saga.start)")
                if let due = saga.timer { timers.append("\(due) \(id)") }
                #expect(saga.state.isEnded || saga.state.isStuck || saga.timer != nil, "\(id) has nothing to wake it")
            }
            #expect(try self.rows(reader, .sagas).map { SagaRow(bytes: $0.1) } == rows)
            let shown = try self.rows(reader, .sagaStates).map { row in
                "\(SagaTables.shownStates[Int(row.0[0])]) \(SagaTables.number(row.0[1...]))"
            }
            #expect(shown.sorted() == states.sorted())
            let waiting = try self.rows(reader, .timers).compactMap { SagaTables.timer($0.0).map { "\($0.due) \($0.id)" } }
            #expect(waiting.sorted() == timers.sorted())
            #expect(harness.engine.wakeUp?.milliseconds == timers.compactMap { Int64($0.split(separator: " ")[0]) }.min())
        }
    }

    private func rows(_ reader: any LogReader, _ table: Table) throws -> [([UInt8], [UInt8])] {
        var rows: [([UInt8], [UInt8])] = []
        try reader.visit(table, from: [0], backwards: false) { key, value in
            rows.append((key, value))
            return true
        }
        return rows
    }
}
