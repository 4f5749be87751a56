import ArgumentParser
import Kernel

struct SagaListCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List sagas, oldest first unless asked otherwise.",
        discussion: """
            States: running, compensating, completed, compensated, stuck, terminated.

            Exits 0 also when there are none; a --definition that is not registered is then
            told on standard error.
            """)

    enum State: String, ExpressibleByArgument, CaseIterable {
        case running, compensating, completed, compensated, stuck, terminated
    }

    @Option(help: "Only those in this state.") var state: State?
    @Option(help: ArgumentHelp("Only those of this definition.", valueName: "name")) var definition: String?
    @Option(help: "Only those with this business key.") var key: String?
    @Flag(help: "Only those longer than their `attention` in one step, or waiting for a worker.") var overdue = false
    @Option(help: ArgumentHelp("The page behind this cursor.", valueName: "cursor")) var after: String?
    @Option(help: ArgumentHelp("At most so many; 1,000 at the most.", valueName: "count")) var limit = 100
    @Flag(help: "Begin with the newest.") var backwards = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var arguments = JSONObject()
        arguments["state"] = state.map { .string($0.rawValue) }
        arguments["definition"] = definition.map { .string($0) }
        arguments["key"] = key.map { .string($0) }
        if overdue { arguments["overdue"] = true }
        // A cursor is the server's own value: a number is sent as one.
        arguments["after"] = after.map { text in Int64(text).map { .int($0) } ?? .string(text) }
        arguments["limit"] = .int(Int64(limit))
        if backwards { arguments["backwards"] = true }
        let remote = try connection.open(session)
        let answer = try remote.page("saga.list", arguments, of: "sagas", behind: "after")
        session.answer(answer) { SagaTable(answer: answer, tool: session.tool).rendered($0) }
        if let definition, answer["sagas"] == [] { doubt(definition, remote, session) }
        return .ok
    }

    /// A misspelt name lists nothing, and looks as if nothing had run. Said with `--json` too, and no failure: sagas of inline
    /// definitions are listed under names that are not registered, and nobody may have started one yet.
    private func doubt(_ definition: String, _ remote: Remote, _ session: Session) {
        do throws(RequestFailure) {
            _ = try remote.requests.request(
                "def.get", ["name": .string(definition)], id: session.world.newID(), holding: 0)
        } catch {
            guard case .answered("not_found", let body) = error, let message = body["message"]?.stringValue else { return }
            let known = message.hasSuffix("?") ? "" : "; what is registered: \(session.tool) def list"
            session.talk("note: \(Plain.text(message))\(known)")
        }
    }
}
