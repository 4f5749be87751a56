import Kernel
import SagaModel
import SagaText
import Wire

/// What a `saga.start` asks for, checked: a definition that can run and an input that fits it.
struct SagaOrder {
    let definition: Definition
    let inline: JSON?
    /// Of an inline definition: what a restart reads it with.
    let types: [String]
    let input: JSON
    let id: String?
    let key: String?
    /// The same as a key of its table.
    let businessKey: [UInt8]?
    /// May follow one with the same key that ended compensated or terminated.
    let again: Bool

    /// `staged`: registered earlier in the same batch. `known` is the saga that has the id already: a start that names no version means
    /// its version, whatever has been registered since.
    init(
        _ arguments: Arguments, _ library: DefinitionLibrary, staged: [RegisteredDefinition], known: SagaStart? = nil
    ) throws {
        (definition, inline, types) = try Self.definition(arguments, library, staged, known)
        input = try Self.input(arguments, definition)
        again = try arguments.flag("again")
        id = try Self.id(arguments)
        let given = try arguments.optionalString("key")
        key = try given ?? Self.key(definition, input)
        if let key, !Names.isKey(key) {
            throw Fault(.badRequest, "saga.start: the key must be 1 to 255 bytes without control characters")
        }
        businessKey = key.map { [name = definition.name] in SagaTables.businessKey(name, $0) }
    }

    /// The id that a start gives its saga.
    static func id(_ arguments: Arguments) throws(Fault) -> String? {
        let id = try arguments.optionalString("id")
        if let id, !Names.isSagaID(id) { throw Fault(.badRequest, "saga.start: 'id' must be 1 to 64 of A-Z a-z 0-9 . _ -") }
        return id
    }

    /// Whether a saga began with this very order.
    func isStart(of saga: SagaStart) -> Bool {
        saga.definition == definition.name && saga.version == definition.version && saga.inline == inline && saga.input == input
            && saga.key.hasBytes(of: key)
    }

    private static func definition(
        _ arguments: Arguments, _ library: DefinitionLibrary, _ staged: [RegisteredDefinition], _ known: SagaStart?
    ) throws -> (Definition, JSON?, [String]) {
        if let inline = try arguments.object("inline") {
            guard arguments["definition"] == nil else {
                throw Fault(.badRequest, "saga.start takes 'definition' or 'inline', not both")
            }
            let found = library.inline(inline)
            guard let definition = found.definition else { throw DefinitionAnswers.invalid(found.problems) }
            return (definition, inline, found.types)
        }
        guard let name = try arguments.optionalString("definition") else {
            throw Fault(.badRequest, "saga.start needs 'definition', a name, or 'inline', the definition itself")
        }
        let given = try arguments.optionalNumber("version").map { Int(clamping: $0) }
        let version = given ?? (known?.definition == name && known?.inline == nil ? known?.version : nil)
        guard let found = library.find(name, version: version, staged: staged) else {
            let hint = Suggestion.nearest(to: name, among: library.names).map { "; did you mean '\($0)'?" } ?? ""
            throw Fault(.notFound, "there is no definition '\(name)'\(version.map { " version \($0)" } ?? "")\(hint)")
        }
        guard let definition = found.definition else {
            throw Fault(
                .illegalState, "the definition \(name) v\(found.version) is disabled: \(found.problems.first?.message ?? "")",
                JSONObject(uniqueKeysWithValues: [("reason", "disabled")]))
        }
        return (definition, nil, [])
    }

    private static func input(_ arguments: Arguments, _ definition: Definition) throws -> JSON {
        let given = arguments["input"] ?? [:]
        guard case .object = given else { throw Fault(.badRequest, "saga.start: 'input' must be an object, not \(given.kind)") }
        guard let schema = definition.input else { return given }
        let (value, violations) = schema.validate(given)
        guard violations.isEmpty else {
            let list = violations.map { "\($0.path): \($0.message)" }
            throw Fault(
                .badRequest, "the input does not fit \(definition.name): " + list.prefix(5).joined(separator: "; "),
                JSONObject(uniqueKeysWithValues: [("violations", .array(list.map { .string($0) }))]))
        }
        return value
    }

    private static func key(_ definition: Definition, _ input: JSON) throws -> String? {
        guard let template = definition.key else { return nil }
        do {
            switch try template.evaluate(InputScope(input: input)) {
            case .string(let text): return text
            case .int(let number): return String(number)
            case let other: throw ExpressionError("it gave \(other.kind), not a string")
            }
        } catch let error as ExpressionError {
            throw Fault(.badRequest, "the business key cannot be made from this input: \(error.message)")
        }
    }
}

/// Before a saga exists, expressions see its input alone.
private struct InputScope: Scope {
    let input: JSON
    var saga: JSON { [:] }
    func step(_ index: Int) -> StepFacts { StepFacts(status: "pending", result: .null, error: .null) }
}
