import ArgumentParser
import Kernel

struct WorkerListCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the workers that are connected, oldest connection first.",
        discussion: "TASKS is what a worker holds, and how many it takes at once.")

    @Option(help: ArgumentHelp("The page behind this cursor.", valueName: "cursor")) var after: Int?
    @Option(help: ArgumentHelp("At most so many, up to 1000.", valueName: "count")) var limit = 100
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var arguments = JSONObject()
        arguments["after"] = after.map { .int(Int64($0)) }
        arguments["limit"] = .int(Int64(limit))
        let answer = try connection.open(session).request("worker.list", .object(arguments), about: .server)
        session.answer(answer) { WorkerTable(answer: answer).rendered($0) }
        return .ok
    }
}
