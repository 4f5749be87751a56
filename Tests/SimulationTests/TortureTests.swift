import Kernel
import SagaModel
import SagaText
import Testing

@testable import Simulation

/// Sagas run against participants that fail, in virtual time.
@Suite struct TortureTests {
    private static func definition(_ text: String) throws -> Definition {
        let reading = DefinitionReader.read(source: text, catalog: AnyCatalog())
        return try #require(reading.definition, "\(reading.problems)")
    }

    private static let trip = """
        saga: trip
        version: 1
        deadline: 1h
        input: { type: object, required: [city], properties: { city: { type: string } } }
        steps:
          room:
            command: hotel.reserve
            key: ${ input.city }
            retry: { attempts: 3, first: 1s }
            undo: { command: hotel.release, with: { id: "${ steps.room.result.id ?? 'none' }" } }
          seat:
            command: flight.book
            key: f
            undo: { command: flight.cancel }
          extra:
            needs: [seat]
            if: ${ size(steps.seat.result.number) > 3 }
            optional: true
            command: hotel.decorate
            key: ${ input.city }
            retry: { attempts: 2, first: 1s }
            undo: none
            because: flowers wither
          pay:
            pivot: true
            needs: [room, extra]
            command: card.charge
            key: c
            retry: { attempts: 2, first: 1s, only: [declined] }
          tell:
            needs: [pay]
            command: mail.send
            key: m
        output: { seat: "${ steps.seat.result.number }" }
        """

    private static func torture(_ text: String = trip, asWorkers: Bool, _ change: JSON = [:]) throws -> Torture {
        let definition = try definition(text)
        var participants = TortureParticipants(readBy: definition)
        try participants.add(change)
        let input = try #require(InputSample.make(for: definition))
        return Torture(definition, input: input, participants, asWorkers: asWorkers)
    }

    @Test(arguments: [false, true])
    func `a sound definition survives every fault on every step and every two of them`(asWorkers: Bool) throws {
        let report = try Self.torture(asWorkers: asWorkers).run(seeds: 1..<2)
        #expect(report.failure == nil, "\(report.json.text)")
        #expect(report.missed.map(report.text) == [] && report.skippedCases == 0 && report.expressions == [])
        let faults = asWorkers ? TortureFault.allCases.count : 2
        #expect(report.points.count == (5 + 2) * faults)
        // No fault, every one of them, and every two at different ones of the seven places.
        #expect(report.runs == 1 + 7 * faults + 21 * faults * faults)
        #expect(report.completed > 0 && report.compensated > 0 && report.stuck > 0 && report.crashes > report.runs / 4)
        #expect((report.trying > 0) == asWorkers, "what is unknown for ever behind the pivot is asked for ever")
    }

    private static let shop = """
        saga: shop
        version: 1
        steps:
          stock:
            call: stock.reserve
            retry: { attempts: 2, first: 1s }
            probe: { call: stock.look, retry: { attempts: 2 } }
            undo: { call: stock.release, with: { id: "${ steps.stock.result.id ?? 'none' }" } }
          seat: { command: flight.book, key: f, undo: { command: flight.cancel } }
          pay: { pivot: true, needs: [stock, seat], call: bank.pay, probe: { call: bank.status } }
          ship: { needs: [pay], call: ship, with: { id: "${ steps.stock.result.id }" } }
        """

    @Test func `calls have the faults of workers, commands beside them those of this server`() throws {
        let report = try Self.torture(Self.shop, asWorkers: false).run(seeds: 1..<2)
        #expect(report.failure == nil, "\(report.json.text)")
        #expect(report.missed.map(report.text) == [] && report.expressions == [])
        // Calls: three steps and an undo; the command and its undo.
        #expect(report.points.count == 4 * TortureFault.allCases.count + 2 * 2)
        #expect(report.completed > 0 && report.compensated > 0 && report.stuck > 0 && report.trying > 0)
    }

    @Test func `a probe that says what is not true is found`() throws {
        let definition = try Self.definition(Self.shop)
        let cast = TortureParticipants(readBy: definition)
        let faults = TortureCase(points: [TorturePoint(step: 0, isUndo: false, fault: .crashed)])
        var (asked, lied) = (0, 0)
        for seed in 1..<UInt64(40) {
            var run = TortureRun(definition, input: [:], cast, faults, asWorkers: false, seed: seed, number: 0)
            guard run.go() == .completed, run.driver.state.steps[0].probe.attempts > 0 else { continue }
            #expect(run.broken == nil)
            asked += 1
            run.world = SimulatedWorld(definition, cast, TortureCase(points: []), asWorkers: false)
            lied += run.brokenAtEnd() == "the saga is completed and 'stock' was never done" ? 1 : 0
        }
        #expect(asked > 5 && lied == asked)
    }

    @Test func `the same seed gives the same runs, another one others`() throws {
        let torture = try Self.torture(asWorkers: true)
        let reports = [1, 1, 2].map { seed in torture.run(seeds: seed..<seed + 1, limit: 60).json.text }
        #expect(reports[0] == reports[1])
        #expect(reports[0].replacing("\"seed\":1", with: "") != reports[2].replacing("\"seed\":2", with: ""))
    }

    @Test func `a limit leaves pairs out and says how many`() throws {
        let report = try Self.torture(asWorkers: true).run(seeds: 1..<3, limit: 200)
        #expect(report.runs == 200 && report.skippedCases == 1 + 56 + 21 * 64 - 100)
    }

    @Test func `an expression that has no value is told as what it is`() throws {
        let report = try Self.torture(asWorkers: false, ["flight.book": ["result": [:]]]).run(seeds: 1..<2)
        #expect(report.failure == nil)
        #expect(report.expressions.contains { $0.hasPrefix("extra: ") && $0.contains("number") })
    }

    @Test func `refusals have the codes that participants are given`() throws {
        let torture = try Self.torture(
            asWorkers: false, ["card.charge": ["refuses": ["declined"], "results": [["n": 1], ["n": 2]]]])
        #expect(torture.run(seeds: 1..<2).failure == nil)
    }

    @Test(arguments: [
        ("[]", "participants are an object"), (#"{"a.b": 7}"#, "'a.b' is an object"),
        (#"{"a.b": {"results": []}}"#, "not 'results'"), (#"{"a.b": {"refuses": [1]}}"#, "not 'refuses'"),
        (#"{"a.b": {"refuse": ["x"]}}"#, "not 'refuse'"),
    ])
    func `participants that cannot be understood are refused with the reason`(text: String, reason: String) throws {
        var participants = TortureParticipants(readBy: try Self.definition(Self.trip))
        do {
            try participants.add(try JSON.parse(text))
            Issue.record("accepted")
        } catch let complaint as TortureComplaint {
            #expect(complaint.message.contains(reason))
        }
    }
}

/// Takes every command for known.
private struct AnyCatalog: AggregateCatalog {
    var aggregateTypes: [String] { [] }
    func commandNames(of type: String) -> [String] { [] }
    func find(_ command: String, of type: String) -> CommandFinding { .unchecked }
}
