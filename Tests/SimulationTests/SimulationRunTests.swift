import Testing

@testable import Simulation

@Suite struct SimulationRunTests {
    @Test func `the same seed leaves the same log twice, and another seed another`() throws {
        let reports = try [7, 7, 8].map { try SimulationRun(SimulationOptions(seed: $0)).run() }
        #expect(reports[0].hash == reports[1].hash && reports[0].coverage == reports[1].coverage)
        #expect(reports[0].hash != reports[2].hash)
    }

    @Test(arguments: [3, 7, 10, 20, 38] as [UInt64])
    func `how much the engine keeps in memory changes no answer and no log`(seed: UInt64) throws {
        let hashes = try [0, 4 << 10, 8 << 10, 1 << 30].map { memory in
            var options = SimulationOptions(seed: seed)
            options.memory = memory
            return try SimulationRun(options).run().hash
        }
        #expect(Set(hashes).count == 1)
    }

    @Test func `seeds have all kinds of budgets`() {
        #expect(Set((0..<9).map { SimulationOptions(seed: $0).budget }) == [256 << 20, 8 << 10, 0])
    }

    @Test func `a seed sends at least 200 messages`() throws {
        for seed: UInt64 in 100..<110 {
            #expect(try SimulationRun(SimulationOptions(seed: seed)).run().operations >= SimulationOptions.leastOperations)
        }
    }

    @Test func `a run may end early and leave steps out`() throws {
        var options = SimulationOptions(seed: 3, steps: 20)
        options.skipped = Set(0..<18)
        options.without = Set(FaultKind.allCases)
        #expect(try SimulationRun(options).run().operations < 30)
    }

    @Test func `every generated definition is accepted by the checker, and most shapes occur`() throws {
        var seen: Set<String> = []
        for seed: UInt64 in 0..<300 {
            var generator = DefinitionGenerator(Chance(seed), cells: ["a", "b"])
            let definition = generator.definition(name: "order", version: 1)
            let server = try SimulatedServer(seed: seed, retention: 1_000)
            try server.install(definition)
            for step in definition.steps { seen.insert(definition.kind(of: step.name)) }
        }
        #expect(seen == ["plain", "waived", "conditional", "optional", "expecting", "pivot", "behind", "sleep"])
    }

    @Test func `faults are drawn by seed, some on and some off`() {
        let drawn = (0..<200).map { SimulationOptions(seed: $0).faults }
        for fault in FaultKind.allCases {
            #expect(drawn.contains { $0.contains(fault) } && drawn.contains { !$0.contains(fault) })
        }
    }

    @Test func `a failing run is told as a command with what is left out`() {
        var options = SimulationOptions(seed: 42, steps: 30)
        #expect(options.command == "skald simulate --seed 42 --steps 30")
        options.skipped = [0, 1, 2, 5, 7, 8]
        options.without = [.full, .crash]
        #expect(options.command == "skald simulate --seed 42 --steps 30 --without crash,full --skip 0-2,5,7-8")
        #expect(SimulationOptions(seed: 1).command == "skald simulate --seed 1")
    }

    @Test func `shrinking never leaves the run that fails for one that does not`() {
        let failure = SimulationFailure(rule: "replies", "made up")
        var shrinker = Shrinker(SimulationOptions(seed: 5), failure)
        shrinker.shrink()
        // No smaller run fails, so the whole one is kept.
        #expect(shrinker.options == SimulationOptions(seed: 5) && shrinker.failure == failure)
    }
}
