import ArgumentParser
import Kernel
import SagaModel
import SagaText
import Simulation
import SkaldTesting

struct DefTortureCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "torture", abstract: "Run a definition against participants that fail; needs no server.",
            discussion: """
                Simulates participants that refuse, crash and, for calls of workers or with
                --as-workers, are late, lost or in doubt: on every step and undo, and on every two of them, with
                crashes of the server between commits. The same seed gives the same runs.
                Exits 1 if a promise is broken.

                \(tool) def torture book-trip.yaml --seeds 20 --as-workers

                With --real the participants are the aggregates compiled into this binary,
                on the server's own engine with a log in memory. Each step and undo is
                refused, alone and with every other it can meet; the server is killed
                before and after every commit, the start is repeated, each undo is
                delivered twice, and what is stuck is repaired. Compensated means that
                every aggregate is as it was. Beyond 1,000 runs the seed chooses which.
                Exits 78 if the saga does not complete without faults: give what it needs.

                \(tool) def torture book-trip.yaml --real --given scene.yaml --input '{…}'
                """)
    }

    @Argument(help: ArgumentHelp("YAML or JSON; - reads standard input.", valueName: "file"), completion: .file())
    var file: String
    @Option(help: ArgumentHelp("How many seeds to run every combination of faults with.", valueName: "n")) var seeds = 5
    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp(
            "What participants answer: YAML or JSON, `TYPE.COMMAND: { result: …, refuses: [CODE] }`, or an action of a worker.",
            valueName: "file"),
        completion: .file())
    var participants: String?
    @Option(help: ArgumentHelp("The saga's input; by default one made from its schema.", valueName: "json")) var input: String?
    @Flag(name: .customLong("as-workers"), help: "Participants may be late, lost and in doubt, as if outside this server.")
    var asWorkers = false
    @Flag(help: "Run the aggregates compiled into this binary, not simulated participants.") var real = false
    @Option(
        help: ArgumentHelp(
            "With --real: commands before the saga, YAML or JSON, `- {aggregate: TYPE/KEY, command: NAME, with: {…}}`.",
            valueName: "file"),
        completion: .file())
    var given: String?
    @Option(
        name: .customLong("undoing-once"),
        help: ArgumentHelp("With --real: steps whose undo adds up when it is delivered twice.", valueName: "step,…"))
    var undoingOnce: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard real || (given == nil && undoingOnce == nil) else {
            throw ValidationError("--given and --undoing-once belong to --real")
        }
        guard !real || (participants == nil && !asWorkers) else {
            throw ValidationError("--real runs real aggregates: it takes neither --participants nor --as-workers")
        }
        guard (1...Int(Int32.max)).contains(seeds), seed <= UInt64(Int64.max) - UInt64(seeds) else {
            throw ValidationError("--seeds is a number from 1, and --seed one from 0")
        }
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let source = try DefinitionFile.read(file, session.world)
        let reading = source.read(session.world.aggregates)
        guard let definition = reading.definition else { throw source.invalid(reading.problems) }
        if real { return try performReal(source, definition, session) }
        let report = Torture(
            definition, input: try sagaInput(definition, session), try cast(definition, session), asWorkers: asWorkers
        )
        .run(seeds: seed..<seed + UInt64(seeds))
        session.answer(report.json) { style in
            Rendered(lines: TortureText(report: report, path: source.path, again: again(session)).lines(style))
        }
        return report.failure == nil ? .ok : .failed
    }

    private func performReal(
        _ source: DefinitionFile, _ definition: Definition, _ session: Session
    ) throws(Failure) -> ProcessStatus {
        let steps = undoingOnce?.split(separator: ",").map { String($0) } ?? []
        let scene: GivenFile? = if let given { try GivenFile.read(given, session.world) } else { nil }
        let request = RealTortureRequest(
            source: source, definition: definition, input: try sagaInput(definition, session), given: scene,
            undoingOnce: steps, seeds: seed..<seed + UInt64(seeds))
        let report = try request.run(session.world.aggregates)
        session.answer(report.json) { style in
            Rendered(lines: RealTortureText(report: report, path: source.path, again: again(session)).lines(style))
        }
        return report.failure == nil ? .ok : .failed
    }

    /// The command line that does the same with other seeds.
    private func again(_ session: Session) -> (UInt64, Int) -> String {
        var words = ["\(session.tool) def torture \(Plain.argument(file))"]
        if let participants { words.append("--participants \(Plain.argument(participants))") }
        if let input { words.append("--input \(Plain.argument(input))") }
        if asWorkers { words.append("--as-workers") }
        if real { words.append("--real") }
        if let given { words.append("--given \(Plain.argument(given))") }
        if let undoingOnce { words.append("--undoing-once \(Plain.argument(undoingOnce))") }
        return { seed, count in (words + ["--seed \(seed) --seeds \(count)"]).joined(separator: " ") }
    }

    private func sagaInput(_ definition: Definition, _ session: Session) throws(Failure) -> JSON {
        guard input != nil else {
            if let sample = InputSample.make(for: definition) { return sample }
            throw .usage("no input can be made up that fits the schema of \(definition.name)", next: "give one: --input JSON")
        }
        let given = try session.object(input, what: "the input")
        guard let (value, violations) = definition.input.map({ $0.validate(given) }), let first = violations.first else {
            return definition.input?.validate(given).value ?? given
        }
        throw .usage("the input does not fit \(definition.name): \(first)", next: "correct it: \(Plain.json(value))")
    }

    private func cast(_ definition: Definition, _ session: Session) throws(Failure) -> TortureParticipants {
        var cast = TortureParticipants(readBy: definition)
        guard let participants else { return cast }
        let file = try DefinitionFile.read(participants, session.world)
        do throws(Problem) {
            let document = try DefinitionReader.document(file.text)
            do throws(TortureComplaint) { try cast.add(document) } catch {
                throw Problem(Place(line: 1, column: 1, path: "$"), error.message)
            }
        } catch {
            throw Failure(
                .configuration, code: "configuration", Plain.text("\(file.path):\(error)"), next: "correct it, then try again")
        }
        return cast
    }
}
