import Kernel
import SagaModel
import SagaText

/// A definition's text and where it came from.
struct DefinitionFile {
    /// The path as given, for messages.
    let path: String
    let text: String

    static func read(_ path: String, _ world: World) throws(Failure) -> DefinitionFile {
        let name = path == "-" ? "standard input" : path
        guard let text = String(validating: try world.readFile(path), as: UTF8.self) else {
            throw Failure(
                .configuration, code: "invalid_definition", "\(Plain.text(name)) is not UTF-8 text", next: "save it as UTF-8")
        }
        return DefinitionFile(path: name, text: text)
    }

    /// Reads and checks it against the aggregates compiled in, and the types that workers are said to decide for.
    func read(_ aggregates: [AggregateHandler], remote: [String] = []) -> DefinitionReading {
        DefinitionReader.read(source: text, catalog: CompiledCatalog(handlers: aggregates, remote: remote))
    }

    /// The definition as plain data; whether it is right is for a server to say.
    func document() throws(Failure) -> JSON {
        let reading = DefinitionReader.read(source: text, catalog: UncheckedCatalog())
        guard let document = reading.document else { throw invalid(reading.problems) }
        return document
    }

    /// The definition itself, whatever it knows of aggregates.
    func definition() throws(Failure) -> Definition {
        let reading = DefinitionReader.read(source: text, catalog: UncheckedCatalog())
        guard let definition = reading.definition else { throw invalid(reading.problems) }
        return definition
    }

    func invalid(_ problems: [Problem]) -> Failure {
        let count = Plain.count(problems.count, "problem")
        return Failure(
            .configuration, code: "invalid_definition", "\(Plain.text(path)) is no valid definition: \(count)",
            next: "correct it, then try again", details: problems.map { Plain.text("\(path):\($0)") },
            body: ["message": .string(count), "problems": .array(problems.map(\.json))])
    }

    /// The lines of a text, without an empty one at its end.
    static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
