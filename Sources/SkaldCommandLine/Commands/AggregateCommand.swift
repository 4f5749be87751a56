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
        let remote = try connection.open(session)
        if let position { try check(position, remote, session) }
        let answer = try remote.request("aggregate.get", .object(arguments), about: .aggregate(address.text))
        session.answer(answer) { AggregateText(answer: answer).rendered($0) }
        return .ok
    }

    /// The server takes a position that is still to come for the last one, which here would look as if it were there.
    private func check(_ position: UInt64, _ remote: Remote, _ session: Session) throws(Failure) {
        let info = try remote.request("server.info", [:], about: .server)
        guard let last = info["position"]?.intValue, last >= 0, position > UInt64(last) else { return }
        let message = "the log ends at position \(last); there is no position \(position) yet"
        throw Failure(
            .notFound, code: "not_found", "\(Plain.text(address.text)): not found: \(message)",
            next: "see what there is: \(session.tool) event read \(Plain.argument(address.text))",
            body: ["message": .string(message), "expected": .int(Int64(clamping: position)), "actual": .int(last)])
    }
}
