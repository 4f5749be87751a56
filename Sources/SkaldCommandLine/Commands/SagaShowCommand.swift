import ArgumentParser
import Kernel

struct SagaShowCommand: Action {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a saga and its steps.")

    @Argument(help: "The saga's id.") var id: String
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let view = try connection.view(of: id, session)
        session.answer(view) { SagaTree(view: view, tool: session.tool).rendered($0) }
        return .ok
    }
}

struct SagaWaitCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until a saga ends or gets stuck, as long as --timeout (60s).",
        discussion: "Exits 0 when it completed, 1 when it ended otherwise or is stuck, 5 when time is up.")

    @Argument(help: "The saga's id.") var id: String
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let view = try connection.open(session, waits: true).waitForEnd(of: id)
        session.answer(view) { SagaTree(view: view, tool: session.tool).rendered($0) }
        return SagaCommand.status(of: view["state"]?.stringValue ?? "")
    }
}
