import Foundation
import Kernel
import Testing

@testable import SagaModel
@testable import SagaText

/// The published schema and the reader know the same keys.
@Suite struct DefinitionSchemaTests {
    private let root: JSON

    init() throws { root = try JSON.parse(DefinitionSchema.text) }

    private func keys(_ schema: JSON?) -> Set<String> { Set(schema?["properties"]?.objectValue?.keys ?? []) }
    private func definition(_ name: String) -> JSON? { root["definitions"]?[name] }

    @Test func `the file in docs is what the program prints`() throws {
        let file = try String(contentsOf: Repository.root.appending(path: "docs/saga.schema.json"), encoding: .utf8)
        #expect(file == DefinitionSchema.text + "\n")
    }

    @Test func `every key the reader knows is in the schema, and none besides`() {
        #expect(keys(root) == Set(DefinitionKeys.top))
        #expect(keys(definition("defaults")) == Set(DefinitionKeys.defaults))
        #expect(keys(definition("step")) == Set(DefinitionKeys.step))
        #expect(keys(definition("undo")) == Set(DefinitionKeys.undo))
        #expect(keys(definition("probe")) == Set(DefinitionKeys.probe))
        #expect(keys(definition("probe_retry")) == Set(DefinitionKeys.probeRetry))
        #expect(keys(definition("retry")) == Set(DefinitionKeys.retry))
        #expect(keys(definition("schema")) == Set(SchemaCompiler.keywords))
    }

    @Test func `every reference leads to a definition, and every definition is referred to`() {
        let references = DefinitionSchema.text.split(separator: "#/definitions/").dropFirst().map {
            String($0.prefix { $0 != "\"" })
        }
        #expect(Set(root["definitions"]?.objectValue?.keys ?? []) == Set(references))
    }

    @Test func `what does not run yet says so`() throws {
        for key in DefinitionKeys.unsupported {
            let description = definition("step")?["properties"]?[key]?["description"]?.stringValue
            #expect(description?.hasPrefix("Not supported yet: ") == true, "\(key)")
        }
    }

    @Test(arguments: try Fixture.all(in: "good"))
    func `a good definition holds only keys of the schema`(_ fixture: Fixture) throws {
        let reading = DefinitionReader.read(source: fixture.source, catalog: DemoCatalog())
        var walker = SchemaWalker(root: root)
        walker.walk(try #require(reading.document), root, at: "$")
        #expect(walker.unknown == [])
        #expect(walker.known > 5)
    }

    @Test func `a key of no schema is found`() throws {
        var walker = SchemaWalker(root: root)
        walker.walk(["steps": ["a": ["undo": ["comand": "x"]]], "sagas": 1], root, at: "$")
        #expect(walker.unknown == ["$.steps.a.undo.comand", "$.sagas"])
    }
}

/// Follows a document beside the schema and lists the keys that no schema on the way describes.
private struct SchemaWalker {
    let root: JSON
    var unknown: [String] = []
    var known = 0

    mutating func walk(_ value: JSON, _ schema: JSON, at path: String) {
        let schema = resolve(schema)
        guard case .object(let object) = value, schema["additionalProperties"] == false || schema["properties"] != nil else {
            return
        }
        for member in object.members {
            let inside = Place.path(path, member.key)
            let pattern = schema["patternProperties"]?.objectValue?.members.first?.value
            guard let next = schema["properties"]?[member.key] ?? pattern ?? additional(schema) else {
                unknown.append(inside)
                continue
            }
            known += 1
            walk(member.value, next, at: inside)
        }
    }

    private func additional(_ schema: JSON) -> JSON? {
        guard let additional = schema["additionalProperties"], additional.objectValue != nil else { return nil }
        return additional
    }

    /// Behind `$ref`, and of `anyOf` the branch that describes an object.
    private func resolve(_ schema: JSON) -> JSON {
        if let name = schema["$ref"]?.stringValue?.split(separator: "/").last {
            return root["definitions"]?[String(name)] ?? .null
        }
        for branch in schema["anyOf"]?.arrayValue ?? [] where branch["$ref"] != nil { return resolve(branch) }
        return schema
    }
}
