import Kernel
import SagaModel
import SagaText

/// What a check found in one file.
struct DefinitionCheck {
    let path: String
    let reading: DefinitionReading

    var isValid: Bool { reading.definition != nil }

    /// As `def.check` answers it, and the file.
    var document: JSON {
        var object = JSONObject(uniqueKeysWithValues: [("file", .string(path)), ("name", .optional(reading.name))])
        object["version"] = .optional(reading.version.map { Int64($0) })
        if !isValid { object["problems"] = .array(reading.problems.map(\.json)) }
        object["warnings"] = .array(reading.warnings.map(\.json))
        object["proof"] = reading.definition.map { DefinitionProof($0).json }
        return .object(object)
    }
}
