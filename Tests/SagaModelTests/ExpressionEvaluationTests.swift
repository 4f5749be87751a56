import Kernel
import SagaModel
import Testing

@Suite struct ExpressionEvaluationTests {
    @Test(
        arguments: [
            ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 / 2", 3), ("-7 / 2", -3), ("-7 % 3", -1), ("7 % -3", 1),
            ("-9223372036854775808 % -1", 0), ("-9223372036854775808", .int(.min)), ("1 + 0.5", 1.5), ("7 / 2.0", 3.5),
            ("5.5 % 2", 1.5), ("'a' + \"b\"", "ab"), ("2 - -3", 5), ("- -3", 3), ("1e3", 1000.0), ("10 - 2 - 3", 5),
        ] as [(String, JSON)])
    func `arithmetic is exact and truncates toward zero`(_ text: String, _ expected: JSON) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        ("9223372036854775807 + 1", "'+' overflows 64 bits"), ("-9223372036854775808 - 1", "'-' overflows 64 bits"),
        ("4611686018427387904 * 2", "'*' overflows 64 bits"), ("-9223372036854775808 / -1", "'/' overflows 64 bits"),
        ("-(-9223372036854775807 - 1)", "'-' overflows 64 bits"), ("1 / 0", "division by zero"), ("1 % 0", "division by zero"),
        ("1.0 / 0", "division by zero"), ("1e308 * 10", "'*' leaves the range of a double"),
        ("1 + 'a'", "'+' does not take an integer and a string"), ("null + 1", "'+' does not take null and an integer"),
        ("!1", "'!' does not take an integer"), ("1 ? 2 : 3", "what stands before '?' is an integer, not true or false"),
        ("true && 1", "what stands after '&&' is an integer, not true or false"),
        ("1 < 'a'", "'<' does not compare an integer with a string"),
    ])
    func `what has no value is an error, never a trap`(_ text: String, _ expected: String) throws {
        #expect(try failure(text) == expected)
    }

    @Test(arguments: [
        ("1 == 1.0", true), ("9007199254740993 == 9007199254740992.0", false), ("9007199254740993 > 9007199254740992.0", true),
        ("9223372036854775807 < 9223372036854775808.0", true), ("-9223372036854775808 == -9223372036854775808.0", true),
        ("1 < 1.5 && 2 > 1.5 && -1 > -1.5", true), ("'a' < 'b' && 'a' < 'aa' && 'Z' < 'a'", true), ("null == null", true),
        ("'1' == 1", false), ("[1, 'x'] == [1.0, 'x']", true), ("1 in [1.0, 2]", true), ("'n' in steps.a.result", true),
        ("'m' in steps.a.result", false), ("'\u{e9}' == 'e\u{301}'", false), ("1 != 2 == true", true),
    ])
    func `numbers compare by value and texts by their bytes`(_ text: String, _ expected: Bool) throws {
        #expect(try value(text) == .bool(expected))
    }

    @Test(
        arguments: [
            ("input.a ?? 7", 7), ("input.a.b.c ?? 7", 7), ("steps.b.result.n ?? 7", 7), ("steps.a.result.n ?? 7", 5),
            ("input.a ?? input.b ?? 3", 3), ("steps.a.result.null ?? 3", 3), ("steps.a.result.list[9] ?? 3", 3),
            ("has(input.a)", false), ("has(steps.a.result.n)", true), ("has(steps.a.result.null)", false),
            ("has(steps.b.result)", false), ("input.n ?? 1 > 3", false), ("input.n ?? 1 + 3", 4),
            ("(true ? input.a : 1) ?? 2", 2),
        ] as [(String, JSON)])
    func `what is missing is null under ?? and has`(_ text: String, _ expected: JSON) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        ("input.a", "the field 'a' is missing"), ("steps.b.result.n", "the field 'n' is read of null"),
        ("steps.a.result.list[3]", "a list of 3 has no [3]"), ("steps.a.result.list[-1]", "a list of 3 has no [-1]"),
        ("steps.a.result.n.x", "the field 'x' is read of an integer"), ("has(input.a) || input.a", "the field 'a' is missing"),
        ("1 + (input.a ?? 'x')", "'+' does not take an integer and a string"), ("item", "'item' has a value only inside 'each'"),
    ])
    func `what is missing elsewhere is an error`(_ text: String, _ expected: String) throws {
        #expect(try failure(text) == expected)
    }

    @Test func `the lazy operators leave alone what they need not know`() throws {
        #expect(try value("false && 1 / 0 == 1") == false)
        #expect(try value("true || 1 / 0 == 1") == true)
        #expect(try value("true ? 1 : 1 / 0") == 1)
        #expect(try value("1 ?? 1 / 0") == 1)
    }

    @Test(
        arguments: [
            ("size('h\u{e9}llo')", 5), ("size([1, 2])", 2), ("size(input)", 1), ("string(1.5)", "1.5"), ("string(true)", "true"),
            ("int('-12')", -12), ("int(2.9)", 2), ("int(-2.9)", -2), ("double('1e2')", 100.0), ("double(3)", 3.0),
            ("int(1e18)", 1_000_000_000_000_000_000),
        ] as [(String, JSON)])
    func `functions convert and measure`(_ text: String, _ expected: JSON) throws {
        #expect(try value(text, ["only": 1]) == expected)
    }

    @Test(arguments: [
        "int('1.5')", "int(' 1')", "int('')", "int(1e19)", "double('x')", "size(1)", "string(null)", "string([])", "int(true)",
    ])
    func `functions refuse what they cannot convert`(_ text: String) throws {
        #expect(try failure(text) != nil)
    }

    @Test func `saga and step facts are read by name`() throws {
        #expect(try value("saga.id + '/' + saga.name + '/' + string(saga.version)") == "s-1/trip/2")
        #expect(try value("steps.b.status == 'failed' ? steps.b.error.code : ''") == "sold_out")
        #expect(try value("steps.a.result.list[1]") == 2.5)
        #expect(try value("input[\"x y\"]", ["x y": 1]) == 1)
    }

    @Test func `a text cannot grow beyond the limit`() throws {
        let long = JSON.string(String(repeating: "x", count: DefinitionLimits.resultBytes / 2))
        #expect(try failure("input.a + input.a", ["a": long]) == nil)
        #expect(try failure("input.a + input.a + 'y'", ["a": long]) == "the text grows beyond 1048576 bytes")
    }
}
