import ArgumentParser
import Kernel

struct SagaStartCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "start", abstract: "Start a saga.",
            usage: """
                \(tool) saga start <name> [<input>] [<options>]
                \(tool) saga start --inline <file> [<input>] [<options>]
                """,
            discussion: """
                \(tool) saga start transfer-money - --wait < transfer.json
                \(tool) saga start --inline my-saga.yaml '{"n": 1}'

                With --wait it exits 0 when the saga completed, 1 when it ended
                otherwise or is stuck, 5 when time is up.
                """)
    }

    @Argument(help: "The definition's name; leave it away with --inline.") var name: String?
    @Argument(help: "The saga's input: a JSON object, or - for standard input.") var input: String?
    @Option(help: "The saga's id: sent again with it, the first saga is answered. A new one by default.") var id: String?
    @Option(help: "Its business key, if the definition does not give one.") var key: String?
    @Option(help: "The definition's version; the highest by default.") var version: Int?
    @Flag(help: "Start anew although one with this key ended compensated or terminated.") var again = false
    @Option(help: ArgumentHelp("Run the definition in this file without registering it.", valueName: "file")) var inline: String?
    @Flag(help: "Wait for its end, as long as --timeout (60s).") var wait = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if inline == nil, name == nil { throw ValidationError("name the definition to start, or give --inline FILE") }
        guard inline != nil else { return }
        if input != nil { throw ValidationError("with --inline FILE the only argument is the input") }
        if version != nil { throw ValidationError("--version is for registered definitions, not for --inline") }
        (name, input) = (nil, name)
    }

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var title = name ?? ""
        var arguments = JSONObject()
        let file = try inline.map { (path) throws(Failure) in try DefinitionFile.read(path, session.world) }
        if let inline, let file {
            let definition = try file.document()
            title = definition["saga"]?.stringValue ?? inline
            arguments["inline"] = definition
        } else {
            arguments["definition"] = .string(title)
        }
        arguments["version"] = version.map { .int(Int64($0)) }
        arguments["input"] = try session.object(input, what: "the saga's input")
        // Of our own making, so that a start without an answer can be asked for.
        let id = id ?? session.world.newID()
        arguments["id"] = .string(id)
        arguments["key"] = key.map { .string($0) }
        if again { arguments["again"] = true }
        let remote = try connection.open(session, waits: wait)
        let answer: JSON
        do { answer = try remote.request("saga.start", .object(arguments), about: .start(title, id: id)) } catch {
            guard let file, let inline else { throw error }
            throw file.placed(error, argument: inline, tool: session.tool)
        }
        let started = answer["id"]?.stringValue ?? id
        guard wait else { return report(answer, started, title, session) }
        return show(try remote.waitForEnd(of: started), existing: answer["existing"]?.boolValue == true, session)
    }

    private func report(_ answer: JSON, _ id: String, _ title: String, _ session: Session) -> ProcessStatus {
        let state = answer["state"]?.stringValue ?? ""
        session.answer(answer) { style in
            let existing = answer["existing"]?.boolValue == true ? "  (the one that was there)" : ""
            return Rendered(
                lines: ["\(StateWord.saga(state).cell(style))  \(Plain.text(title))  \(Plain.text(id))\(existing)"],
                hints: ["next: \(session.tool) saga show \(Plain.argument(id))"])
        }
        return SagaCommand.status(of: state)
    }

    private func show(_ view: JSON, existing: Bool, _ session: Session) -> ProcessStatus {
        let state = view["state"]?.stringValue ?? ""
        session.answer(view) { style in
            var rendered = SagaTree(view: view, tool: session.tool).rendered(style)
            guard existing else { return rendered }
            let anew = state == "compensated" || state == "terminated" ? "; to start anew: --again" : ""
            rendered.hints.insert("nothing was started: this saga was there already, under its key or id\(anew)", at: 0)
            return rendered
        }
        return SagaCommand.status(of: state)
    }
}
