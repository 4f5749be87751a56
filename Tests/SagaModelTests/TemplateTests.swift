import Kernel
import SagaModel
import Testing

@Suite struct TemplateTests {
    private func template(_ value: JSON) throws -> Template {
        var problems = Problems()
        let parsed = TemplateParser(steps: TestScope.names).parse(node(value), &problems)
        return try #require(parsed, "\(problems.problems)").template
    }

    private func evaluate(_ value: JSON, _ input: JSON = [:]) throws -> JSON {
        try template(value).evaluate(TestScope(input: input))
    }

    @Test func `an expression that is the whole string keeps its type`() throws {
        #expect(try evaluate("${ input.n }", ["n": 7]) == 7)
        #expect(try evaluate("${ input.o }", ["o": ["a": [1, .null]]]) == ["a": [1, .null]])
        #expect(try evaluate(" ${ input.n }", ["n": 7]) == " 7")
    }

    @Test func `inside text a value is formatted, and null, lists and objects are errors`() throws {
        #expect(try evaluate("a ${ 'b' } ${ 1 } ${ 1.0 } ${ true }") == "a b 1 1.0 true")
        for bad in ["x ${ null }", "x ${ [1] }", "x ${ input }"] as [JSON] {
            #expect(throws: ExpressionError.self) { try evaluate(bad) }
        }
    }

    @Test func `two dollars before a brace are a literal`() throws {
        #expect(try template("$${ input.a }") == .literal("${ input.a }"))
        #expect(try evaluate("$${${ 1 }}") == "${1}")
        #expect(try evaluate("$$ $ {}") == "$$ $ {}")
        #expect(try evaluate("${ '}' }") == "}")
    }

    @Test func `objects and lists are templates all the way down, and literal ones are kept whole`() throws {
        #expect(
            try evaluate(["a": ["${ 1 + 1 }", "x"], "b": ["c": "${ steps.a.result.n }"]]) == ["a": [2, "x"], "b": ["c": 5]])
        #expect(try template(["a": [1, ["b": "$${x}"]]]) == .literal(["a": [1, ["b": "${x}"]]]))
    }

    @Test func `a result is no larger and no deeper than an event can hold`() throws {
        let half = JSON.string(String(repeating: "x", count: 600_000))
        #expect(throws: ExpressionError("the value is larger than 1048576 bytes")) {
            try evaluate(["${ input.a }", "${ input.a }"], ["a": half])
        }
        var deep: JSON = 1
        for _ in 0..<47 { deep = [deep] }
        #expect(try evaluate(["a": "${ input.d }"], ["d": deep])["a"] == deep)
        let tooDeep = ExpressionError("the value is nested deeper than 48 levels")
        #expect(throws: tooDeep) { try evaluate([["${ input.d }"]], ["d": deep]) }
        #expect(throws: tooDeep) { try evaluate(["a": deep, "b": [deep], "c": "${ 1 }"]) }
    }

    @Test func `what stands in a template itself is no deeper either`() throws {
        var deep: JSON = "${ input.n }"
        for _ in 0..<48 { deep = [deep] }
        #expect(try evaluate(deep, ["n": 1]).arrayValue?.count == 1)
        #expect(throws: ExpressionError("the value is nested deeper than 48 levels")) { try evaluate([deep], ["n": 1]) }
        var empty: JSON = []
        for _ in 0..<48 { empty = [empty] }
        #expect(throws: ExpressionError("the value is nested deeper than 48 levels")) { try evaluate(empty) }
    }
}
