import Foundation
import Testing

@testable import SkaldCommandLine

@Suite struct DefinitionSchemaTests {
    @Test func `the published schema is the one printed`() throws {
        let stage = Stage()
        #expect(stage.run("def schema") == .ok)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let published = try String(contentsOf: root.appending(path: "docs/saga.schema.json"), encoding: .utf8)
        #expect(stage.output == published)
    }
}
