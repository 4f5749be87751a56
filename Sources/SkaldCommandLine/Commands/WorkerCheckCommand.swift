import ArgumentParser
import Kernel
import SagaModel
import WorkerCheck

struct WorkerCheckCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "check", abstract: "Drive a worker through what goes wrong, and tell what it stands.",
            discussion: """
                Takes the server's place: prints an address, waits for a worker there that
                offers the actions, and gives it every operation twice, at once, late, stale
                and backwards, wrong input, silence, kills. What it is told to do has its
                effects: use a system for tests.

                \(tool) worker check seat.reserve --undo seat.cancel --input '{"to": "Rome"}' \\
                  --start "python3 seats.py" --effects "./count-effects {operation}"

                Without --start a person starts the worker; it is never killed or stopped then.
                Without --effects repeated effects show only where the answers differ, and the
                rows say so. Exits 1 if a check has failed, 69 if no worker comes, 78 if
                effects cannot be counted.
                """)
    }

    @Argument(help: ArgumentHelp("The actions to check, one after the other.", valueName: "action")) var actions: [String]
    @Option(help: ArgumentHelp("What undoes an action; the action may be left out if there is one.", valueName: "action=undo"))
    var undo: [String] = []
    @Option(help: ArgumentHelp("What tells whether an action was done.", valueName: "action=probe")) var probe: [String] = []
    @Option(
        help: ArgumentHelp("What each do gets, and can be done with: JSON, a file, or -.", valueName: "json|file"))
    var input: String?
    @Option(help: ArgumentHelp("What no do can take. By default {\"skald_check\": true}.", valueName: "json")) var wrong: String?
    @Option(
        help: ArgumentHelp("Where to listen. By default a free port of the loopback.", valueName: "endpoint"),
        transform: Endpoint.init(argument:))
    var listen: Endpoint?
    @Option(help: ArgumentHelp("Starts the worker, with SKALD_ENDPOINT set; run by sh.", valueName: "command")) var start: String?
    @Option(
        help: ArgumentHelp(
            "Prints how many effects {operation} of {action} has had so far, undos likewise; run by sh.", valueName: "command"))
    var effects: String?
    @Option(
        help: ArgumentHelp(
            "How long one answer may take, and without --start the worker to come; by default 10s and 1m.",
            valueName: "duration"))
    var timeout: Milliseconds?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !actions.isEmpty else { throw ValidationError("name the actions to check") }
        guard actions.count <= Limits.checkedActions else {
            throw ValidationError("\(actions.count) actions; at most \(Limits.checkedActions) are checked in one run")
        }
        for name in actions where !Names.isName(name) { throw ValidationError("'\(name)' cannot name an action") }
        guard Set(actions).count == actions.count else { throw ValidationError("an action is named twice") }
        for (option, pairs) in [("--undo", undo), ("--probe", probe)] { _ = try partners(option, pairs) }
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let options = try options(session)
        let report: CheckReport
        do { report = try session.world.checkWorker(options, session.talk) } catch { throw failure(error) }
        session.answer(report.json) { style in WorkerCheckText(report: report).rendered(style) }
        return report.isGood ? .ok : .failed
    }

    private func options(_ session: Session) throws(Failure) -> CheckOptions {
        let (undos, probes): ([String: String], [String: String])
        do { (undos, probes) = (try partners("--undo", undo), try partners("--probe", probe)) } catch {
            throw .usage("\(error)")
        }
        let subjects = actions.map { CheckOptions.Subject(action: $0, undo: undos[$0], probe: probes[$0]) }
        // The random end of an id: short enough to be read in a worker's log.
        let run = session.world.newID().suffix(12)
        var options = CheckOptions(subjects: subjects, run: String(run))
        options.input = try given(input, session)
        if let wrong { options.wrong = try session.object(wrong, what: "the wrong input") }
        options.endpoint = listen?.text
        options.start = start
        options.effects = effects
        options.isAttended = session.world.canAsk && session.world.isTerminal(.talk)
        if let timeout { options.patience = timeout.value }
        // A person says how long they wait; what we started ourselves ends visibly if it cannot.
        if let timeout, start == nil { options.arrival = timeout.value }
        return options
    }

    /// JSON as it stands, or the file that holds it.
    private func given(_ input: String?, _ session: Session) throws(Failure) -> JSON {
        guard let input, input != "-", input.first(where: { !$0.isWhitespace }) != "{" else {
            return try session.object(input, what: "the input")
        }
        let text = String(decoding: try session.world.readFile(input), as: UTF8.self)
        // Behind a line's end even a lone - is what the file holds.
        return try session.object(text + "\n", what: "the input in \(Plain.text(input))")
    }

    /// `ACTION=OTHER` by action.
    private func partners(_ option: String, _ pairs: [String]) throws -> [String: String] {
        var partners: [String: String] = [:]
        for pair in pairs {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            guard words.count == 2 || actions.count == 1 else {
                throw ValidationError("\(option) \(pair): of which action? write \(option) ACTION=\(pair)")
            }
            let (action, other) = words.count == 2 ? (words[0], words[1]) : (actions[0], words[0])
            guard actions.contains(action) else {
                throw ValidationError("\(option): '\(action)' is not checked\(Suggestion.didYouMean(action, among: actions))")
            }
            guard Names.isName(other) else { throw ValidationError("\(option): '\(other)' cannot name an action") }
            guard partners.updateValue(other, forKey: action) == nil else {
                throw ValidationError("\(option): '\(action)' is named twice")
            }
        }
        return partners
    }

    private func failure(_ failure: CheckFailure) -> Failure {
        switch failure {
        case .unbound(let endpoint, let why):
            Failure(
                .unreachable, code: "unreachable", "cannot listen on \(Plain.text(endpoint)): \(Plain.text(why))",
                next: "choose another --listen, or leave it out")
        case .noWorker(let milliseconds) where start != nil:
            Failure(
                .unreachable, code: "unreachable",
                "the worker was started, but said no ready at $SKALD_ENDPOINT within \(Plain.duration(milliseconds)); nothing was checked",
                next: "let it connect to $SKALD_ENDPOINT, and to no address of its own")
        case .noWorker(let milliseconds):
            Failure(
                .unreachable, code: "unreachable", "no worker came within \(Plain.duration(milliseconds)); nothing was checked",
                next: "start it against the address above, or let it be started: --start \"COMMAND\"")
        case .startEnded(let how):
            Failure(
                .unreachable, code: "unreachable", "the worker was started, but \(how) before it said ready; nothing was checked",
                next: "run the --start command by hand; the worker connects to $SKALD_ENDPOINT")
        case .uncounted(let why):
            Failure(
                .configuration, code: "configuration", "--effects gave no number: \(Plain.text(why))",
                next: "run it by hand: it prints how many effects an operation has had, 0 for one never heard of")
        case .io(let why): .io(Plain.text(why))
        case .interrupted: Failure(.failed, code: "interrupted", "interrupted; the worker it started was ended")
        case .notRun(let why): Failure(.failed, code: "internal", Plain.text(why))
        }
    }
}
