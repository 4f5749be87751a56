import Foundation
import Kernel
import Testing

@testable import SagaModel
@testable import SagaText
@testable import SkaldCommandLine

@Suite struct DefinitionSchemaTests {
    private func schema() throws -> JSON { try JSON.parse(DefinitionSchema.text) }

    private func keys(_ object: JSON?) -> Set<String> { Set(object?["properties"]?.objectValue?.keys ?? []) }

    @Test func `the published schema is the one printed`() throws {
        let stage = Stage()
        #expect(stage.run("def schema") == .ok)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let published = try String(contentsOf: root.appending(path: "docs/saga.schema.json"), encoding: .utf8)
        #expect(stage.output == published)
    }

    @Test func `it knows the keys that the reader takes, and not those it refuses as unsupported`() throws {
        let schema = try schema()
        let unsupported = Set(DefinitionKeys.unsupported)
        #expect(keys(schema) == Set(DefinitionKeys.top))
        #expect(keys(schema["properties"]?["defaults"]) == Set(DefinitionKeys.defaults))
        #expect(keys(schema["definitions"]?["step"]) == Set(DefinitionKeys.step).subtracting(unsupported))
        #expect(keys(schema["definitions"]?["undo"]) == Set(DefinitionKeys.undo).subtracting(unsupported))
        #expect(keys(schema["definitions"]?["retry"]) == Set(DefinitionKeys.retry))
        #expect(keys(schema["definitions"]?["schema"]) == Set(SchemaCompiler.keywords))
    }

    @Test func `every reference leads to a definition`() throws {
        let schema = try schema()
        let known = Set(schema["definitions"]?.objectValue?.keys ?? [])
        let references = DefinitionSchema.text.split(separator: "#/definitions/").dropFirst().map {
            String($0.prefix { $0 != "\"" })
        }
        #expect(!references.isEmpty)
        #expect(known == Set(references))
    }
}
