import ArgumentParser
import Kernel

struct AggregateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aggregate", abstract: "Look at aggregates.", subcommands: [AggregateShowCommand.self])
}

struct AggregateShowCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an aggregate's state, now or at any time before.")

    @Argument(help: ArgumentHelp("The aggregate, as type/key: account/alice.", valueName: "type/key"))
    var address: AggregateAddress
    @Option(help: "As it was at this version.") var version: UInt64?
    @Option(help: ArgumentHelp("As it was at this time, in RFC 3339: 2026-11-21T14:00:00Z, or with +01:00.", valueName: "time"))
    var time: TimeArgument?
    @Option(help: "As it was at this position of the log.") var position: UInt64?
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let count = [version != nil, time != nil, position != nil].filter { $0 }.count
        guard count <= 1 else { throw ValidationError("give one of --version, --time and --position") }
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var arguments: JSONObject = JSONObject(uniqueKeysWithValues: [
            ("aggregate", .string(address.type)), ("key", .string(address.key)),
        ])
        arguments["version"] = version.map { .int(Int64(clamping: $0)) }
        arguments["time"] = time.map { .string($0.value.description) }
        arguments["position"] = position.map { .int(Int64(clamping: $0)) }
        let answer = try connection.open(session).request("aggregate.get", .object(arguments), about: .aggregate(address.text))
        session.answer(answer) { AggregateText(answer: answer).rendered($0) }
        return .ok
    }
}
