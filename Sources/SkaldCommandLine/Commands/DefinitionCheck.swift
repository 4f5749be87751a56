import Kernel
import SagaModel
import SagaText

/// What a check found in one file.
struct DefinitionCheck {
    /// The file as it was given, and as it is named to people.
    let argument: String
    let path: String
    let reading: DefinitionReading
    /// nil for a definition with problems.
    let walk: WalkReport?

    init(argument: String, path: String, reading: DefinitionReading, asWorkers: Bool) {
        self.argument = argument
        self.path = path
        self.reading = reading
        walk = reading.definition.map { DefinitionWalk($0, asWorkers: asWorkers).run() }
    }

    var isValid: Bool { reading.definition != nil }
    var keepsPromises: Bool { walk?.violation == nil }

    /// As `def.check` answers it, the file, and what the walk has seen.
    var document: JSON {
        var object = JSONObject(uniqueKeysWithValues: [("file", .string(path)), ("name", .optional(reading.name))])
        object["version"] = .optional(reading.version.map { Int64($0) })
        if !isValid { object["problems"] = .array(reading.problems.map(\.json)) }
        object["warnings"] = .array(reading.warnings.map(\.json))
        object["proof"] = reading.definition.map { DefinitionProof($0).json }
        object["walk"] = walk?.json
        return .object(object)
    }
}
