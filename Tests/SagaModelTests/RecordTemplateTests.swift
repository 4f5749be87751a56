import Kernel
import SagaModel
import Testing

/// Templates outside of sagas, over records that their reader names.
@Suite struct RecordTemplateTests {
    private static let records = [
        ExpressionNames.Record("task", fields: ["input", "attempt"]), ExpressionNames.Record("env"),
    ]

    private func parse(_ text: String) -> (template: Template?, problems: [String]) {
        var problems = Problems()
        let parsed = TemplateParser(records: Self.records).parse(node(.string(text)), &problems)
        return (parsed?.template, problems.problems.map(\.message))
    }

    private func evaluate(_ text: String, _ records: JSON) throws -> JSON {
        try #require(parse(text).template).evaluate(TestScope(input: records))
    }

    @Test func `a record is read by its name`() throws {
        let records: JSON = ["task": ["input": ["n": [1, 7]], "attempt": 3], "env": ["A-B": "x"]]
        #expect(try evaluate("${ task.input.n[1] + task.attempt }", records) == 10)
        #expect(try evaluate("${ env[\"A-B\"] } ${ env.gone ?? 'none' } ${ has(env.gone) }", records) == "x none false")
        #expect(throws: ExpressionError.self) { try evaluate("${ env.gone }", records) }
    }

    @Test(arguments: [
        ("task", "'task' has input and attempt; write one of them behind it"),
        ("task.imput", "'task' has input and attempt, no 'imput'; did you mean 'input'?"),
        ("tsk.input", "'tsk' is no name here; there are task, env; did you mean 'task'?"), ("input.n", "write task.input"),
        ("steps.a.result", "'steps' is no name here; there are task, env"), ("size", "size is a function: write size(…)"),
        ("not task.attempt", "write '!' for 'not'"),
    ])
    func `what is no record is refused, with the nearest one`(text: String, message: String) {
        #expect(parse("${ \(text) }").problems == [message])
    }

    @Test func `the names of a saga are not those of a record`() {
        var problems = Problems()
        #expect(TemplateParser(steps: StepNames([])).parse(node("${ task.input }"), &problems)?.template == nil)
    }
}
