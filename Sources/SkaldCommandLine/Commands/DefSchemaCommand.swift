import ArgumentParser
import SagaText

struct DefSchemaCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the format of definitions as JSON Schema, for editors.",
        discussion: "Begin a definition with  # yaml-language-server: $schema=saga.schema.json")

    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        session.data(DefinitionSchema.text)
        return .ok
    }
}
