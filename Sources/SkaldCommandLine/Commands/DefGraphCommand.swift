import ArgumentParser
import Kernel
import SagaModel

struct DefGraphCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "graph", abstract: "Draw the steps of a definition in a file or of a server.",
            discussion: """
                \(tool) def graph book-trip.yaml
                \(tool) def graph book-trip --format dot | dot -Tsvg > book-trip.svg
                """)
    }

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case dot, mermaid, text

        var rendering: GraphRendering {
            switch self {
            case .dot: .dot
            case .mermaid: .mermaid
            case .text: .text
            }
        }
    }

    @Argument(
        help: ArgumentHelp("A file, or the name of a definition of the server.", valueName: "file-or-name"), completion: .file())
    var source: String
    @Option(help: "dot, mermaid or text.") var format = Format.text
    @Option(help: "With a name: its version; the highest by default.") var version: Int?
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let graph = format.rendering.render(try definition(session))
        let document: JSON = ["format": .string(format.rawValue), "graph": .string(graph)]
        session.answer(document) { _ in Rendered(lines: DefinitionFile.lines(graph)) }
        return .ok
    }

    /// A name has neither dot nor slash; where a file has such a name too, `./NAME` means the file.
    private func definition(_ session: Session) throws(Failure) -> Definition {
        guard Names.isSagaName(source) else {
            return try DefinitionFile.read(source, session.world).definition()
        }
        let answer = try connection.open(session).definition(source, version: version)
        return try DefinitionFile(path: source, text: answer["source"]?.stringValue ?? "").definition()
    }
}
