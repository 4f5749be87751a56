import ArgumentParser
import Kernel

struct DefCheckCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check definitions in files and prove how their sagas end; needs no server.",
        discussion: """
            Knows the aggregates compiled into this binary, and those of --remote. Prints each problem as
            FILE:LINE:COLUMN: message, and exits 78 if there is any. Of a definition without
            problems it walks every interleaving of outcomes, and exits 1 if one breaks a promise.
            """)

    @Argument(help: ArgumentHelp("YAML or JSON; - reads standard input.", valueName: "file"), completion: .file())
    var files: [String]
    @Option(help: ArgumentHelp("An aggregate type that workers decide for; may be repeated.", valueName: "type"))
    var remote: [String] = []
    @Flag(name: .customLong("as-workers"), help: "Walk late, lost and unknown answers too, as if no step were of this server.")
    var asWorkers = false
    @Flag(help: "Draw the shortest way to each place where a saga can get stuck.") var explain = false
    @Flag(help: "Draw as Mermaid sequence diagrams; implies --explain.") var mermaid = false
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var checks: [DefinitionCheck] = []
        for path in files {
            let file = try DefinitionFile.read(path, session.world)
            let reading = file.read(session.world.aggregates, remote: remote)
            checks.append(DefinitionCheck(argument: path, path: file.path, reading: reading, asWorkers: asWorkers))
        }
        let document: JSON = ["files": .array(checks.map(\.document))]
        let pictures: CheckText.Pictures = mermaid ? .mermaid : explain ? .text : .none
        session.answer(document) { style in
            let texts = checks.map { CheckText(check: $0, tool: session.tool, pictures: pictures) }
            return Rendered(lines: texts.flatMap { $0.lines(style) }, hints: texts.flatMap(\.hints))
        }
        guard checks.allSatisfy(\.isValid) else { return .configuration }
        return checks.allSatisfy(\.keepsPromises) ? .ok : .failed
    }
}
