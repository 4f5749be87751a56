import ArgumentParser
import Kernel

struct DefRegisterCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Give a definition to a server.",
        discussion: "A registered version never changes: for other content raise `version`.")

    @Argument(help: ArgumentHelp("YAML or JSON; - reads standard input.", valueName: "file"), completion: .file())
    var file: String
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let source = try DefinitionFile.read(file, session.world)
        let answer = try connection.open(session)
            .request("def.register", ["source": .string(source.text)], about: .definition(source.path))
        session.answer(answer) { style in
            let done =
                "\(StateWord(.done, "registered").cell(style))  \(SagaTree.title(answer.renaming("name", to: "definition")))"
            return Rendered(
                lines: [done], hints: ProblemText.lines(answer["warnings"], source: source.path).map { "warning: " + $0 })
        }
        return .ok
    }
}

extension JSON {
    /// The object with one member under another name; other values as they are.
    func renaming(_ old: String, to new: String) -> JSON {
        guard case .object(let object) = self else { return self }
        return .object(JSONObject(uniqueKeysWithValues: object.members.map { ($0.key == old ? new : $0.key, $0.value) }))
    }
}
