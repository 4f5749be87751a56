import ArgumentParser
import Kernel

struct EventCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event", abstract: "Read the log.", subcommands: [EventReadCommand.self])
}

struct EventReadCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Read events: all, those of a type, or those of one aggregate.",
        discussion: "A type beginning with $ is the system's: '$saga/ID' is a saga's own history.")

    @Argument(help: ArgumentHelp("Whose events: account, or account/alice; all without it.", valueName: "aggregate[/key]"))
    var scope: AggregateScope?
    @Option(help: ArgumentHelp("Begin here: a version with a key, else a position.", valueName: "number"))
    var from: UInt64?
    @Option(help: ArgumentHelp("At most so many, up to 1000.", valueName: "count"))
    var limit: Int = 100
    @Flag(help: "Begin with the newest.")
    var backwards = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var arguments = JSONObject()
        arguments["aggregate"] = scope.map { .string($0.type) }
        arguments["key"] = scope?.key.map { .string($0) }
        arguments["from"] = from.map { .int(Int64(clamping: $0)) }
        arguments["limit"] = .int(Int64(limit))
        if backwards { arguments["backwards"] = true }
        let answer = try connection.open(session).page("event.read", arguments, of: "events", behind: "from")
        session.answer(answer) { style in
            let table = EventTable(answer: answer, isHistory: false).rendered(style)
            guard table.lines.isEmpty, let scope, from == nil else { return table }
            // The server reads a log of any type, so a misspelt one looks like an empty one.
            let hint =
                scope.key == nil
                ? "no events; is '\(Plain.text(scope.type))' one of the types? see: \(session.tool) server info"
                : "no events; what the type holds: \(session.tool) event read \(Plain.argument(scope.type)), "
                    + "the types: \(session.tool) server info"
            return Rendered(lines: [], hints: [hint])
        }
        return .ok
    }
}
