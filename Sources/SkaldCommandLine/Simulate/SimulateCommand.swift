import ArgumentParser
import Kernel
import Simulation

/// Tortures the engine itself in a made-up world; needs no server and touches no store.
struct SimulateCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run the engine against simulated disks, clocks, clients and crashes.",
        discussion: """
            Every seed is one made-up world of at least 200 messages: random
            definitions, repeats, crashes with the last commit lost or kept, full
            disks, clock jumps, operators. Each step is compared with a second,
            simpler model of the contract. Every seed runs in two processes and
            must leave the same log in both.

              skald simulate --seeds 1..2000
              skald simulate --seed 42

            A failing seed is made smaller and told as one command that shows it.
            Exits 1 if any seed fails.
            """)

    @Option(help: ArgumentHelp("One seed, or a range FIRST..LAST.", valueName: "seeds")) var seeds: SeedRange?
    @Option(help: "One seed.") var seed: UInt64?
    @Option(help: "Steps of each run; each sends a few messages.") var steps = SimulationOptions.defaultSteps
    @Option(help: ArgumentHelp("Leave out these steps: 3,7-9.", valueName: "steps")) var skip: StepList?
    @Option(help: ArgumentHelp("Leave out these kinds of faults: crash,full,…", valueName: "faults")) var without: FaultList?
    @Option(help: ArgumentHelp("Only this world: clients, or workers.", valueName: "world")) var world: WorldName?
    @Flag(help: "Tell what happens in one seed, step by step.") var trace = false
    @Flag(name: .customLong("in-this-process"), help: .hidden) var inThisProcess = false
    #if MUTANTS
        @Option(help: .hidden) var mutant: String?
        @Flag(name: .customLong("list-mutants"), help: .hidden) var listMutants = false
    #endif
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        #if MUTANTS
            if listMutants { for mutant in Mutant.allCases { session.data(mutant.rawValue) } }
            if listMutants { return .ok }
            if let mutant {
                guard let known = Mutant(rawValue: mutant) else { throw .usage("there is no mutant '\(mutant)'") }
                Mutant.select(known)
            }
        #endif
        guard (1...StepList.most).contains(steps) else { throw .usage("--steps is \(steps); 1 to \(StepList.most) are possible") }
        let range = seed.map { $0...$0 } ?? seeds?.seeds
        guard let range else {
            throw .usage("no seed was given", next: "\(session.tool) simulate --seeds 1..2000, or --seed 42")
        }
        if trace { return try traced(range, session) }
        if inThisProcess { return SimulationChild(session: session, range: range, options: options).run() }
        return try SimulationSweep(session: session, range: range, options: options).run()
    }

    private func traced(_ range: ClosedRange<UInt64>, _ session: Session) throws(Failure) -> ProcessStatus {
        guard range.count == 1 else {
            throw .usage("--trace tells one seed, not \(range.count)", next: "add --seed \(range.lowerBound)")
        }
        do throws(SimulationFailure) {
            let run = try SimulationRun(options(seed: range.lowerBound))
            run.trace = { session.data($0) }
            _ = try run.run()
            return .ok
        } catch {
            throw Failure(.failed, code: "simulation", error.description)
        }
    }

    private func options(seed: UInt64) -> SimulationOptions {
        var options = SimulationOptions(seed: seed, steps: steps)
        options.skipped = skip?.steps ?? []
        options.without = without?.faults ?? []
        options.world = world?.world
        return options
    }
}
