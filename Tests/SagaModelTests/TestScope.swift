import Kernel
import SagaModel

/// A scope with steps `a` (completed) and `b` (failed).
struct TestScope: Scope {
    static let names = StepNames(["a", "b"])

    var input: JSON = [:]
    var saga: JSON { ["id": "s-1", "key": .null, "name": "trip", "version": 2, "started": "2026-11-21T09:17:00.000Z"] }

    func step(_ index: Int) -> StepFacts {
        index == 0
            ? StepFacts(status: "completed", result: ["n": 5, "list": [1, 2.5, "x"], "null": .null], error: .null)
            : StepFacts(status: "failed", result: .null, error: ["code": "sold_out", "message": "no room"])
    }
}

/// The value of an expression over `input`, or the message of its error.
func value(_ text: String, _ input: JSON = [:]) throws -> JSON {
    try ExpressionParser.parse(text, steps: TestScope.names).expression.evaluate(TestScope(input: input))
}

func failure(_ text: String, _ input: JSON = [:]) throws -> String? {
    do {
        _ = try value(text, input)
        return nil
    } catch let error as ExpressionError {
        return error.message
    }
}

/// A tree of values without meaningful places.
func node(_ value: JSON, path: String = "$") -> SourceNode {
    let place = Place(line: 1, column: 1, path: path)
    switch value {
    case .array(let elements):
        let nodes = elements.enumerated().map { node($1, path: "\(path)[\($0)]") }
        return SourceNode(place: place, value: .list(nodes))
    case .object(let object):
        let pairs = object.members.map { member in
            let inside = Place.path(path, member.key)
            return SourcePair(
                key: member.key, place: Place(line: 1, column: 1, path: inside), value: node(member.value, path: inside))
        }
        return SourceNode(place: place, value: .map(pairs))
    default: return SourceNode(place: place, value: .scalar(value))
    }
}
