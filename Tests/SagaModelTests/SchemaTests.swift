import Kernel
import SagaModel
import Testing

@Suite struct SchemaTests {
    private func schema(_ source: JSON) throws -> Schema {
        var problems = Problems()
        return try #require(Schema(node(source), &problems), "\(problems.problems)")
    }

    private func violations(_ source: JSON, _ value: JSON) throws -> [String] {
        try schema(["properties": ["v": source]]).validate(["v": value]).violations.map(\.description)
    }

    @Test func `defaults are filled in, nested and before required is asked`() throws {
        let schema = try schema([
            "type": "object", "required": ["a", "b"],
            "properties": [
                "a": ["type": "integer", "default": 3], "b": ["default": ["d": 1]],
                "c": ["type": "object", "properties": ["x": ["type": "string", "default": "y"]]],
            ],
        ])
        let (value, violations) = schema.validate(["c": [:]])
        #expect(violations == [])
        #expect(value == ["c": ["x": "y"], "a": 3, "b": ["d": 1]])
        #expect(schema.validate(["a": 4, "b": .null]).value == ["a": 4, "b": .null])
    }

    @Test func `a violation names its path and what is allowed`() throws {
        let schema = try schema([
            "type": "object", "required": ["id"], "additionalProperties": false,
            "properties": [
                "id": ["type": "string"], "lines": ["type": "array", "items": ["type": "object", "required": ["sku"]]],
                "x-y": ["enum": ["a", 1]],
            ],
        ])
        let found = schema.validate(["lines": [["sku": 1], [:], 3], "x-y": "b", "idd": "x"]).violations.map(\.description)
        #expect(
            found == [
                "$.lines[1].sku: is required", "$.lines[2]: must be an object, not an integer",
                "$[\"x-y\"]: must be one of \"a\", 1", "$.idd: is not expected; did you mean 'id'?", "$.id: is required",
            ])
    }

    @Test(
        arguments: [
            (["minimum": 1], 0, "must be at least 1"), (["maximum": 1], 1.5, "must be at most 1"),
            (["exclusiveMinimum": 1], 1.0, "must be greater than 1"), (["exclusiveMaximum": 1], 1, "must be less than 1"),
            (["minLength": 2], "\u{e9}", "must have at least 2 characters, not 1"),
            (["maxLength": 1], "ab", "must have at most 1 characters, not 2"),
            (["minItems": 1], [], "must have at least 1 elements, not 0"),
            (["maxItems": 1], [1, 2], "must have at most 1 elements, not 2"),
            (["const": 1], 2, "must be 1"), (["enum": [1, .null]], 2, "must be one of 1, null"),
            (["pattern": "^a+$"], "ab", "must match ^a+$"),
            (["type": "integer"], 1.5, "must be an integer, not a number"),
            (["type": ["string", "null"]], 1, "must be a string or null, not an integer"),
            (["type": "number"], "1", "must be a number, not a string"),
        ] as [(JSON, JSON, String)])
    func `each keyword forbids what it should`(_ source: JSON, _ value: JSON, _ message: String) throws {
        #expect(try violations(source, value) == ["$.v: \(message)"])
    }

    @Test(
        arguments: [
            (["minimum": 1], 1.0), (["exclusiveMaximum": 9_007_199_254_740_993], 9_007_199_254_740_992.0), (["minLength": 2], 5),
            (["const": 1], 1.0), (["enum": [["a": 1]]], ["a": 1.0]), (["pattern": "b"], "abc"), (["type": "number"], 1),
            (["type": ["string", "null"]], .null), (["maxItems": 1], "ab"), ([:], .null),
        ] as [(JSON, JSON)])
    func `each keyword allows what it should`(_ source: JSON, _ value: JSON) throws {
        #expect(try violations(source, value) == [])
    }

    @Test func `a property is the one with the same bytes`() throws {
        let schema = try schema(["properties": ["\u{E9}": ["type": "integer"], "e\u{301}": ["type": "string"]]])
        #expect(schema.validate(["e\u{301}": "x", "\u{E9}": 1]).violations.isEmpty)
        #expect(schema.validate(["e\u{301}": 1]).violations.count == 1)
    }

    @Test func `so is a name that is required`() throws {
        let both: JSON = ["properties": ["\u{E9}": [:], "e\u{301}": [:]], "required": ["\u{E9}", "e\u{301}"]]
        #expect(try schema(both).validate(["\u{E9}": 1]).violations.count == 1)
        let other: JSON = ["properties": ["\u{E9}": [:]], "required": ["e\u{301}"], "additionalProperties": false]
        var problems = Problems()
        #expect(Schema(node(other), &problems) == nil)
    }

    @Test func `texts too long for a pattern are told so, and many of them end in bounded time`() throws {
        let long = JSON.string(String(repeating: "a", count: 9_000))
        #expect(
            try violations(["pattern": "^a*$"], long) == [
                "$.v: must have at most 8192 characters, because a pattern is matched against it"
            ])
        let texts = JSON.array(Array(repeating: .string(String(repeating: "a", count: 8_000)), count: 120))
        let found = try violations(["type": "array", "items": ["pattern": "^(a?){255}(a?){255}b$"]], texts)
        #expect(found.last?.hasSuffix("is too long for this pattern, with all the other texts that are matched") == true)
    }

    @Test func `a whole double is an integer, and goes on as one`() throws {
        let schema = try schema(["properties": ["n": ["type": "integer"]]])
        #expect(schema.validate(["n": 2.0]).value["n"]?.intValue == 2)
        #expect(schema.validate(["n": 1e300]).violations.count == 1)
    }

    @Test func `additional properties can have a schema of their own`() throws {
        let schema = try schema(["properties": ["a": [:]], "additionalProperties": ["type": "integer"]])
        #expect(schema.validate(["a": "x", "b": "y"]).violations.map(\.description) == ["$.b: must be an integer, not a string"])
    }

    @Test func `violations are bounded`() throws {
        let schema = try schema(["additionalProperties": false])
        let many = JSON.object(JSONObject(uniqueKeysWithValues: (0..<500).map { ("k\($0)", JSON.null) }))
        #expect(schema.validate(many).violations.count == DefinitionLimits.violations)
    }

    @Test(
        arguments: [
            (["$ref": "#"], "$[\"$ref\"]", "the schema keyword '$ref' is not supported"),
            (["type": "string"], "$.type", "the input of a saga is an object: write `type: object`"),
            (
                ["properties": ["a": ["default": 1, "type": "string"]]], "$.properties.a.default",
                "the default does not fit its own schema: must be a string, not an integer"
            ),
            (["oneOf": []], "$.oneOf", "the schema keyword 'oneOf' is not supported"),
            (["requried": []], "$.requried", "the schema keyword 'requried' is not supported; did you mean 'required'?"),
        ] as [(JSON, String, String)])
    func `what cannot be enforced is refused by name`(_ source: JSON, _ path: String, _ message: String) {
        var problems = Problems()
        #expect(Schema(node(source), &problems) == nil)
        #expect(problems.problems.map(\.path) == [path])
        #expect(problems.problems.map(\.message) == [message])
    }
}
