import Foundation
import SagaModel
import SagaText
import Testing

/// SG-02: a bad definition is refused before anything runs, each problem at its place.
@Suite struct DefinitionFixtureTests {
    @Test func `the fixtures are there`() throws {
        #expect(try Fixture.all(in: "bad").count >= 30)
        #expect(try Fixture.all(in: "good").count >= 4)
    }

    @Test(arguments: try Fixture.all(in: "bad"))
    func `a bad definition is refused with exactly the problems it names`(_ fixture: Fixture) {
        let reading = DefinitionReader.read(source: fixture.source, catalog: DemoCatalog())
        #expect(reading.definition == nil)
        #expect(!fixture.problems.isEmpty)
        #expect(reading.problems.map(\.description) == fixture.problems)
        #expect(reading.warnings.map(\.description) == fixture.warnings)
    }

    @Test(arguments: try Fixture.all(in: "good"))
    func `a good definition is read without problems`(_ fixture: Fixture) throws {
        let reading = DefinitionReader.read(source: fixture.source, catalog: DemoCatalog())
        #expect(reading.problems.map(\.description) == [])
        #expect(reading.warnings.map(\.description) == fixture.warnings)
        let definition = try #require(reading.definition)
        #expect(definition.name == reading.name)
        #expect(definition.graph.order.count == definition.steps.count)
    }

    @Test(arguments: try Fixture.all(in: "good"))
    func `a good definition reads the same as inline JSON`(_ fixture: Fixture) throws {
        let reading = DefinitionReader.read(source: fixture.source, catalog: DemoCatalog())
        let again = DefinitionReader.read(try #require(reading.document), catalog: DemoCatalog())
        #expect(again.problems == [])
        #expect(again.document == reading.document)
        #expect(again.definition?.steps.count == reading.definition?.steps.count)
    }
}
