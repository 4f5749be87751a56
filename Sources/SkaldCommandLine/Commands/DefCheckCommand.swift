import ArgumentParser
import Kernel

struct DefCheckCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check definitions in files; needs no server.",
        discussion: """
            Knows the aggregates compiled into this binary. Prints each problem as
            FILE:LINE:COLUMN: message, and exits 78 if there is any.
            """)

    @Argument(help: ArgumentHelp("YAML or JSON; - reads standard input.", valueName: "file"), completion: .file())
    var files: [String]
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var checks: [DefinitionCheck] = []
        for path in files { checks.append(try DefinitionFile.read(path, session.world).check(session.world.aggregates)) }
        let document: JSON = ["files": .array(checks.map(\.document))]
        session.answer(document) { style in Rendered(lines: checks.flatMap { CheckText(check: $0).lines(style) }) }
        return checks.allSatisfy(\.isValid) ? .ok : .configuration
    }
}
