import Kernel
import SagaModel
import SagaText
import Wire

/// How definitions and their problems look on the wire.
enum DefinitionAnswers {
    static func checked(_ definition: RegisteredDefinition) -> JSON {
        let proof = definition.definition.map { DefinitionProof($0).json } ?? .null
        return [
            "name": .string(definition.name), "version": .int(Int64(definition.version)),
            "warnings": .array(definition.warnings.map(\.json)), "proof": proof,
        ]
    }

    static func invalid(_ definition: RegisteredDefinition) -> Fault { invalid(definition.problems) }

    static func invalid(_ problems: [Problem]) -> Fault {
        let first = problems.first.map { "\($0.line):\($0.column): \($0.message)" } ?? "it cannot be read"
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        return Fault(
            .invalidDefinition, "the definition is refused: \(first)\(more)",
            JSONObject(uniqueKeysWithValues: [("problems", .array(problems.map(\.json)))]))
    }

    static func conflict(known: RegisteredDefinition, offered: RegisteredDefinition) -> Fault {
        let diff = LineDiff.text(known.source, offered.source)
        return Fault(
            .conflict, "\(known.name) v\(known.version) is registered with other content and never changes; raise its version",
            JSONObject(uniqueKeysWithValues: [("diff", .string(diff))]))
    }
}
