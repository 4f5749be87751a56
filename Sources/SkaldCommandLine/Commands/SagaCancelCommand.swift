import ArgumentParser
import Kernel

struct SagaCancelCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Roll a saga back.",
        discussion:
            "What is done is undone, in reverse order. Behind its pivot a saga cannot be cancelled.\nExits 1 when it got stuck on the way back."
    )

    @Argument(help: "The saga's id.") var id: String
    @Option(help: ArgumentHelp("Why; kept in its history.", valueName: "text")) var reason: String
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        try session.admit(reason: reason)
        let view = try connection.open(session)
            .request("saga.cancel", ["id": .string(id), "reason": .string(reason)], about: .saga(id))
        session.answer(view) { style in
            let tree = SagaTree(view: view, tool: session.tool).rendered(style)
            return Rendered(lines: tree.lines, hints: [CancelText(view: view).line] + tree.hints)
        }
        return view["state"]?.stringValue == "stuck" ? .failed : .ok
    }
}

struct SagaTerminateCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "terminate", abstract: "Stop a saga where it is and undo nothing.",
        discussion: "What is done stays done. To have it undone use cancel. Asks for the id, or takes --yes.")

    @Argument(help: "The saga's id.") var id: String
    @Option(help: ArgumentHelp("Why; kept in its history.", valueName: "text")) var reason: String
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        try session.admit(reason: reason)
        try session.confirm("terminate saga \(Plain.text(id)) and undo nothing", id: id, yes: yes) { () throws(Failure) in
            try connection.standing(of: id, session).refuseIfEnded()
        }
        let view = try connection.open(session).request("saga.terminate", ["id": .string(id), "reason": .string(reason)], about: .saga(id))
        session.answer(view) { SagaTree(view: view, tool: session.tool).rendered($0) }
        return .ok
    }
}
