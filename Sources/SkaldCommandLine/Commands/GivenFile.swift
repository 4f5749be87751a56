import Kernel
import SagaModel
import SagaText

/// Commands that set a scene, from a file: a list of `{aggregate: TYPE/KEY, command: NAME, with: {…}}`.
struct GivenFile {
    struct Entry {
        let place: Place
        let address: String
        let command: String
        let body: JSON
    }

    let path: String
    let entries: [Entry]

    /// Refuses all that is wrong at once, each entry at its place.
    static func read(_ path: String, _ world: World) throws(Failure) -> GivenFile {
        let file = try DefinitionFile.read(path, world)
        var problems = Problems()
        var entries: [Entry] = []
        do throws(Problem) {
            let root = try DefinitionReader.tree(file.text)
            guard let elements = root.elements else {
                throw Problem(
                    root.place, "a list of `{aggregate: TYPE/KEY, command: NAME, with: {…}}` is expected, not \(root.kind)")
            }
            guard elements.count <= Limits.givenEntries else {
                throw Problem(root.place, "\(elements.count) commands; at most \(Limits.givenEntries) may be given")
            }
            let catalog = CompiledCatalog(handlers: world.aggregates)
            for element in elements {
                do throws(Problem) { entries.append(try entry(element, catalog)) } catch {
                    problems.refuse(error.place, error.message)
                }
            }
        } catch { problems.refuse(error.place, error.message) }
        let given = GivenFile(path: file.path, entries: entries)
        guard problems.isEmpty else { throw given.invalid(problems.problems) }
        return given
    }

    /// What the server said to an entry, at the entry's place.
    func refused(_ index: Int, _ answer: String) -> Failure {
        let entry = entries[index]
        return invalid([Problem(entry.place, "\(entry.address) does not accept '\(entry.command)': \(answer)")])
    }

    private func invalid(_ problems: [Problem]) -> Failure {
        let count = Plain.count(problems.count, "problem")
        return Failure(
            .configuration, code: "invalid_given", "\(Plain.text(path)) cannot be given: \(count)",
            next: "correct it, then try again", details: problems.map { Plain.text("\(path):\($0)") },
            body: ["message": .string(count), "problems": .array(problems.map(\.json))])
    }

    private static let keys = ["aggregate", "command", "with"]

    private static func entry(_ node: SourceNode, _ catalog: CompiledCatalog) throws(Problem) -> Entry {
        guard let pairs = node.pairs else {
            throw Problem(node.place, "`{aggregate, command, with}` is expected, not \(node.kind)")
        }
        if let other = pairs.first(where: { !keys.contains($0.key) }) {
            throw Problem(other.place, "unknown key '\(other.key)'\(Suggestion.didYouMean(other.key, among: keys))")
        }
        let (address, place) = try address(node, catalog)
        guard let command = node.pair("command")?.value, let name = command.string else {
            throw Problem(node.pair("command")?.value.place ?? node.place, "`command` is missing: the name of one, as 'stock'")
        }
        if case .unknownCommand = catalog.find(name, of: address.type) {
            let hint = Suggestion.didYouMean(name, among: catalog.commandNames(of: address.type))
            throw Problem(command.place, "'\(address.type)' has no command '\(name)'\(hint)")
        }
        let body = node.pair("with")?.value
        if let body, body.pairs == nil { throw Problem(body.place, "`with` is an object, not \(body.kind)") }
        return Entry(place: place, address: address.text, command: name, body: body?.json ?? [:])
    }

    private static func address(
        _ node: SourceNode, _ catalog: CompiledCatalog
    ) throws(Problem) -> (AggregateAddress, Place) {
        guard let value = node.pair("aggregate")?.value else {
            throw Problem(node.place, "`aggregate` is missing: TYPE/KEY, as hotel/oslo")
        }
        guard let text = value.string, let address = AggregateAddress(argument: text) else {
            throw Problem(value.place, "`aggregate` is TYPE/KEY, as hotel/oslo")
        }
        guard catalog.aggregateTypes.contains(address.type) else {
            let hint = Suggestion.didYouMean(address.type, among: catalog.aggregateTypes)
            throw Problem(value.place, "there is no aggregate type '\(address.type)'\(hint)")
        }
        return (address, value.place)
    }
}
