import ArgumentParser
import Kernel

struct SagaHistoryCommand: Action {
    static let configuration = CommandConfiguration(commandName: "history", abstract: "Show everything that happened to a saga.")

    @Argument(help: "The saga's id.") var id: String
    @Option(help: ArgumentHelp("Begin with this event.", valueName: "number")) var from: UInt64?
    @Option(help: ArgumentHelp("At most so many, up to 1000.", valueName: "count")) var limit = 1000
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var arguments = JSONObject(uniqueKeysWithValues: [("id", .string(id))])
        arguments["from"] = from.map { .int(Int64(clamping: $0)) }
        arguments["limit"] = .int(Int64(limit))
        let answer = try connection.open(session).request("saga.history", .object(arguments), about: .saga(id))
        session.answer(answer) { EventTable(answer: answer, isHistory: true).rendered($0) }
        return .ok
    }
}
