import ArgumentParser
import Kernel

struct CommandCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "command", abstract: "Ask what became of a command.", subcommands: [CommandResultCommand.self])
}

struct CommandResultCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "result", abstract: "Show the reply of a command, by its id.",
        discussion: "Exits as the command did: 0 accepted, 1 rejected, 4 conflict.")

    @Argument(help: "The command's id.") var id: String
    @Flag(help: "Wait for it, as long as --timeout (60s).") var wait = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let remote = try connection.open(session, waits: wait)
        let answer =
            wait
            ? try remote.waitForReply(to: id)
            : try remote.request("command.result", ["id": .string(id), "wait_ms": 0], about: .result(id))
        if let error = answer["error"], !error.isNull { return rejected(error, answer, remote, session) }
        let isPending = answer["state"]?.stringValue == "pending"
        session.answer(answer) { style in
            isPending ? pending(session, style) : ReplyText(address: "", command: "", reply: answer["ok"] ?? [:]).rendered(style)
        }
        return .ok
    }

    private func pending(_ session: Session, _ style: Style) -> Rendered {
        Rendered(
            lines: [StateWord(.running, "pending").cell(style)],
            hints: ["next: \(session.tool) command result \(Plain.argument(id)) --wait"])
    }

    /// The command was answered with an error: the answer here is good, the status is the command's.
    private func rejected(_ error: JSON, _ answer: JSON, _ remote: Remote, _ session: Session) -> ProcessStatus {
        let code = error["code"]?.stringValue ?? "internal"
        session.answer(answer) { style in
            Rendered(lines: [
                "\(StateWord(.failed, Plain.text(code)).cell(style))  \(Plain.text(error["message"]?.stringValue ?? ""))"
            ])
        }
        return Advice.status(of: code)
    }
}
