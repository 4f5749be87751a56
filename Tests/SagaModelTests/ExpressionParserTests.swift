import Kernel
import SagaModel
import Testing

@Suite struct ExpressionParserTests {
    private func refusal(_ text: String) -> ExpressionSyntaxError? {
        do {
            _ = try ExpressionParser.parse(text, steps: TestScope.names)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", 0), ("1 +", 3), ("1 2", 2), ("(1", 2), ("a", 0), ("input.", 6), ("input[1", 7), ("steps", 0), ("steps.c.result", 6),
        ("steps.a", 6), ("steps.a.reslt", 8), ("saga.nme", 5), ("foo(1)", 0), ("size(1, 2)", 6), ("size()", 5), ("has(1)", 4),
        ("1 = 2", 2), ("true & false", 5), ("'abc", 0), ("'a\\q'", 2), ("[input]", 1), ("9223372036854775808", 0),
        ("1 ? 2", 5), ("input.a # 1", 8), ("01", 0), ("1and 2", 0), ("input.a and input.b", 8), ("\u{e4}", 0), ("1 in", 4),
    ])
    func `a wrong text is refused at its character`(_ text: String, _ offset: Int) {
        #expect(refusal(text)?.offset == offset, "\(String(describing: refusal(text)))")
    }

    @Test func `precedence is that of CEL, with ?? above comparison`() throws {
        func parse(_ text: String) throws -> Expression { try ExpressionParser.parse(text, steps: TestScope.names).expression }
        #expect(try parse("1 + 2 * 3 == 7 && true || false") == parse("(((1 + (2 * 3)) == 7) && true) || false"))
        #expect(try parse("input.a ?? 1 > 2") == parse("(input.a ?? 1) > 2"))
        #expect(try parse("input.a ?? 1 + 2") == parse("input.a ?? (1 + 2)"))
        #expect(try parse("input.a ?? input.b ?? 1") == parse("input.a ?? (input.b ?? 1)"))
        #expect(try parse("true ? 1 : false ? 2 : 3") == parse("true ? 1 : (false ? 2 : 3)"))
        #expect(try parse("!input.a.b") == parse("!(input.a.b)"))
        #expect(try parse("1 - 2 - 3") == parse("(1 - 2) - 3"))
        #expect(try parse("input.true.in.null") == parse("input['true']['in']['null']"))
    }

    @Test func `nesting is limited, however it is written`() {
        let deep = 100_000
        for text in [
            String(repeating: "(", count: deep) + "1", String(repeating: "!", count: deep) + "true",
            String(repeating: "-", count: deep) + "1", "1" + String(repeating: "+1", count: deep),
            "input" + String(repeating: ".a", count: deep), "input" + String(repeating: "[0]", count: deep),
            String(repeating: "true ? 1 : ", count: deep) + "1", "1" + String(repeating: " ?? 1", count: deep),
            String(repeating: "[", count: deep), String(repeating: "size(", count: deep),
        ] {
            #expect(refusal(text)?.message.hasPrefix("the expression nests deeper than 100 levels") == true)
        }
        #expect(refusal("1" + String(repeating: " + 1", count: 98)) == nil)
    }

    @Test func `a list written out has at most 1000 elements`() {
        func list(_ count: Int) -> String { "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]" }
        #expect(refusal("1 in " + list(1_000)) == nil)
        #expect(refusal("1 in " + list(1_001))?.message == "a list in an expression has at most 1000 elements")
    }

    @Test func `hostile bytes end in a value or a refusal`() {
        let alphabet = Array("input.steps.a.result[0]\"'\\(){}?:!&|<>=+-*/%,19.eE \u{0}\u{e9}null")
        var state: UInt64 = 1
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            guard let parsed = try? ExpressionParser.parse(text, steps: TestScope.names) else { continue }
            _ = try? parsed.expression.evaluate(TestScope(input: [1, ["a": "x"]]))
        }
    }
}
