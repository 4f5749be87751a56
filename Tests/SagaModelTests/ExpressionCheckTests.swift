import Kernel
import SagaModel
import Testing

/// Steps `a` (may be skipped), `b` (optional, may have failed) and `c` (always completed), read by a fourth one.
private enum Worlds {
    static let names = ["a", "b", "c"]
    static let endings: [Set<StepEnding>] = [[.completed, .skipped], [.completed, .failed], [.completed]]

    struct World: Scope {
        let input: JSON = [:]
        let saga: JSON = [:]
        let statuses: [StepEnding]

        func step(_ index: Int) -> StepFacts {
            let ending = statuses[index]
            return StepFacts(
                status: ending.rawValue, result: ending == .completed ? ["v": 1, "flag": true] : .null,
                error: ending == .failed ? ["code": "x", "message": "y"] : .null)
        }
    }

    static let all: [World] = [StepEnding.completed, .skipped].flatMap { a in
        [StepEnding.completed, .failed].map { b in World(statuses: [a, b, .completed]) }
    }

    static func rules(condition: Expression? = nil) -> ExpressionRules {
        ExpressionRules(place: .output, input: nil, names: names, endings: endings, readable: [0, 1, 2], condition: condition)
    }

    static func problems(_ text: String, condition: String? = nil) throws -> [String] {
        let steps = StepNames(names)
        let known = try condition.map { try ExpressionParser.parse($0, steps: steps).expression }
        let node = SourceNode(place: Place(line: 1, column: 1, path: "$"), value: .scalar(.string(text)))
        let parsed = ParsedTemplate(source: node, form: .expression(try ExpressionParser.parse(text, steps: steps)))
        var problems = Problems()
        ExpressionCheck.check(parsed, rules(condition: known), &problems)
        return problems.problems.map(\.description)
    }
}

@Suite struct ExpressionCheckTests {
    @Test(arguments: [
        "steps.c.result.v", "steps.a.result.v ?? 0", "has(steps.a.result.v)",
        "steps.a.status == 'completed' ? steps.a.result.v : 0",
        "steps.a.status != 'completed' || steps.a.result.flag", "steps.a.status != 'skipped' && steps.a.result.flag",
        "!(steps.b.status == 'failed') && steps.b.result.flag", "steps.b.status == 'failed' ? steps.b.error.code : ''",
        "has(steps.a.result.v) && steps.a.result.v > 0", "!has(steps.a.result) || steps.a.result.flag",
        "steps.a.status == 'completed' && steps.b.status in ['completed'] ? steps.a.result.v + steps.b.result.v : 0",
        "(steps.a.result.v ?? steps.b.result.v) ?? 0", "'completed' == steps.a.status ? steps.a.result.v : 1",
        "steps.b.error.code ?? 'none'",
        "steps.a.status == 'skipped' && steps.a.status == 'completed' ? steps.a.result.v : 0",
    ])
    func `what is proven to be there may be read`(_ text: String) throws {
        #expect(try Worlds.problems(text) == [])
    }

    @Test(arguments: [
        ("steps.a.result", 7), ("steps.a.result.v + 1", 7), ("1 + steps.b.result.v", 11),
        ("steps.a.status == 'skipped' ? steps.a.result.v : 0", 37),
        ("steps.a.status == 'completed' || steps.a.result.flag", 40), ("has(steps.a.result.v) || steps.a.result.flag", 32),
        ("steps.a.status in ['completed', 'skipped'] ? steps.a.result.v : 0", 52),
        ("has(steps.a.result.v) ? steps.b.result.v : 0", 31),
        ("(steps.a.result.v + 1) ?? 0", 8), ("0 ?? steps.a.result.v", 12), ("steps.b.error.code", 7), ("steps.c.error.code", 7),
        ("!has(steps.a.result) && steps.a.result.flag", 31), ("steps.a.status == 'failed' ? 1 : steps.a.result.v", 40),
    ])
    func `what may be missing is refused where it is read`(_ text: String, _ column: Int) throws {
        let problems = try Worlds.problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("1:\(column): ") == true, "\(problems)")
    }

    @Test func `the condition of a step stands before all it reads`() throws {
        #expect(try Worlds.problems("steps.a.result.v", condition: "steps.a.status == 'completed' && true") == [])
        #expect(try Worlds.problems("steps.a.result.v", condition: "steps.a.status == 'completed' || true").count == 1)
        #expect(try Worlds.problems("steps.b.error.code", condition: "steps.b.status == 'failed'") == [])
    }

    @Test func `an expression the check lets pass never reads of what is not there`() throws {
        var generator = ExpressionGenerator()
        var passed = 0
        for _ in 0..<4_000 {
            let text = generator.boolean(depth: 4)
            guard try Worlds.problems(text).isEmpty else { continue }
            passed += 1
            let expression = try ExpressionParser.parse(text, steps: StepNames(Worlds.names)).expression
            for world in Worlds.all {
                do throws(ExpressionError) { _ = try expression.evaluate(world) } catch {
                    Issue.record("\(text) in \(world.statuses): \(error.message)")
                }
            }
        }
        #expect(passed > 200)
    }
}

/// Expressions over the steps above whose types fit, so that only what is missing can go wrong.
private struct ExpressionGenerator {
    private var state: UInt64 = 11

    private mutating func choice<T>(_ options: [T]) -> T {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return options[Int(state >> 33) % options.count]
    }

    mutating func boolean(depth: Int) -> String {
        let step = choice(Worlds.names)
        let word = choice(StepEnding.allCases).rawValue
        guard depth > 0 else { return choice(["steps.\(step).result.flag", "steps.\(step).status == '\(word)'"]) }
        switch choice(Array(0..<12)) {
        case 0: return "!(\(boolean(depth: depth - 1)))"
        case 1, 2: return "(\(boolean(depth: depth - 1)) && \(boolean(depth: depth - 1)))"
        case 3, 4: return "(\(boolean(depth: depth - 1)) || \(boolean(depth: depth - 1)))"
        case 5: return "(\(boolean(depth: depth - 1)) ? \(boolean(depth: depth - 1)) : \(boolean(depth: depth - 1)))"
        case 6: return "has(steps.\(step).\(choice(["result", "result.flag", "error.code", "result.none"])))"
        case 7: return "steps.\(step).status \(choice(["==", "!="])) '\(word)'"
        case 8: return "steps.\(step).status in ['\(word)', '\(choice(StepEnding.allCases).rawValue)']"
        case 9: return "(steps.\(step).result.flag ?? \(boolean(depth: depth - 1)))"
        case 10: return "steps.\(step).error.code == 'x'"
        default: return "steps.\(step).result.flag"
        }
    }
}
