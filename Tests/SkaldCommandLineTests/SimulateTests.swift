import Simulation
import Testing

@testable import SkaldCommandLine

@Suite struct SimulateTests {
    private static let good = ["ok 1 aa 200 10 300 2", "ok 2 bb 210 11 310 1", "covered start: completed"]

    @Test func `seeds run in two processes, and the sum is told`() {
        let stage = Stage()
        stage.firstLines = Self.good
        stage.secondLines = Self.good
        #expect(stage.run("simulate --seeds 1..2") == .ok)
        #expect(stage.children.count == 2 && stage.children[0] == stage.children[1])
        #expect(stage.children[0].contains("--in-this-process") && stage.children[0].contains("1..2"))
        #expect(stage.output.contains("2 seeds, each in two processes: the same log in both, and no rule broken"))
        #expect(stage.output.contains("410 messages (at least 200 a seed), 21 sagas, 610 entries, 1 restarts"))
    }

    @Test func `two processes that leave different logs are told, with the seed`() {
        let stage = Stage()
        stage.firstLines = Self.good
        stage.secondLines = ["ok 1 aa 200 10 300 2", "ok 2 cc 210 11 310 1"]
        #expect(stage.run("simulate --seeds 1..2") == .failed)
        #expect(stage.talk.contains("seed 2 has left two different logs in two processes"))
        #expect(stage.talk.contains("skald simulate --seed 2"))
    }

    @Test func `a process that ends is told, with the seed it was at`() {
        let stage = Stage()
        stage.firstLines = ["ok 1 aa 200 10 300 2"]
        stage.secondLines = Self.good
        #expect(stage.run("simulate --seeds 1..2") == .failed)
        #expect(stage.talk.contains("a run of seed 2 ended its process"))
    }

    @Test func `a seed that fails in a child and not here is told as such`() {
        let stage = Stage()
        stage.firstLines = ["failed 1 replies"]
        stage.secondLines = ["failed 1 replies"]
        #expect(stage.run("simulate --seed 1") == .failed)
        #expect(stage.talk.contains("seed 1 failed in another process and not in this one"))
    }

    @Test func `with many seeds a combination that never occurred fails the sweep`() {
        let stage = Stage()
        let lines = (1...2_000).map { "ok \($0) aa 200 1 1 1" } + ["covered start: completed"]
        stage.firstLines = lines
        stage.secondLines = lines
        #expect(stage.run("simulate --seeds 1..2000") == .failed)
        #expect(stage.output.contains("never seen: terminate · saga · saga.terminated"))
    }

    @Test func `one seed can be told step by step`() {
        let stage = Stage()
        #expect(stage.run("simulate --seed 1 --steps 2 --trace") == .ok)
        #expect(stage.output.contains("step 1: "))
        #expect(stage.run("simulate --seeds 1..2 --trace") == .usage)
    }

    @Test(arguments: ["", "--seeds 2..1", "--seeds 1.2", "--seed 1 --skip 3-1", "--seed 1 --without rain", "--seed 1 --steps 0"])
    func `a range that is none is a usage error`(arguments: String) {
        #expect(Stage().run("simulate \(arguments)") == .usage)
    }

    @Test func `lists of steps and faults are read as they are told`() throws {
        #expect(StepList(argument: "0-2,5,7-8")?.steps == [0, 1, 2, 5, 7, 8])
        #expect(StepList(argument: "1,,2") == nil)
        #expect(FaultList(argument: "crash,full")?.faults == [.crash, .full])
        #expect(try #require(SeedRange(argument: "3..9")).seeds == 3...9)
    }
}
