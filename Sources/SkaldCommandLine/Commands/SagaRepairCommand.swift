import ArgumentParser
import Kernel

struct SagaRepairCommand: Action {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "repair", abstract: "Help a stuck saga on.",
            discussion: """
                retry   tries the failed action, or its undo, again
                waive   takes the undo as settled by other means, also one that is tried
                        again and again or that no worker takes; asks for the id, or
                        takes --yes

                Exits 1 when the saga is stuck again at once. What a worker does takes
                its time: saga wait tells what came of it.

                \(ToolName.current) saga repair t-1 hotel --do retry --reason "the hotel is back"
                """)
    }

    enum Act: String, ExpressibleByArgument, CaseIterable { case retry, waive }

    @Argument(help: "The saga's id.") var id: String
    @Argument(help: "The step to repair.") var step: String
    @Option(name: .customLong("do"), help: "retry or waive.") var act: Act
    @Option(help: ArgumentHelp("Why; kept in its history.", valueName: "text")) var reason: String
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        try session.admit(reason: reason)
        if act == .waive {
            let act = "leave the undo of \(Plain.text(step)) in saga \(Plain.text(id)) undone"
            try session.confirm(act, id: id, yes: yes) { () throws(Failure) in
                try connection.standing(of: id, session).refuseUnlessWaivable(step)
            }
        }
        let arguments: JSON = [
            "id": .string(id), "step": .string(step), "do": .string(act.rawValue), "reason": .string(reason),
        ]
        let view = try connection.open(session).request("saga.repair", arguments, about: .saga(id))
        session.answer(view) { SagaTree(view: view, tool: session.tool).rendered($0) }
        return view["state"]?.stringValue == "stuck" ? .failed : .ok
    }
}
