import Kernel
import SagaModel

/// Which members of which step's result the expressions of a definition read.
struct ResultShapes {
    private var paths: [Int: [[String]]] = [:]

    init(_ definition: Definition) {
        for step in definition.steps {
            if let condition = step.condition { add(condition) }
            if let operation = step.action.operation { add(operation) }
            if case .action(let undo) = step.undo { add(undo.operation) }
            if let body = step.probe?.call.body { add(body) }
            if let expect = step.expect { add(expect) }
        }
        if let output = definition.output { add(output) }
    }

    /// `base` with every member that is read of this step, each a text that names it.
    func result(of step: Int, named name: String, over base: JSON) -> JSON {
        (paths[step] ?? []).reduce(base) { result, path in Self.insert(path[...], "\(name)-\(path.last ?? "")", into: result) }
    }

    private static func insert(_ path: ArraySlice<String>, _ leaf: String, into value: JSON) -> JSON {
        guard let first = path.first else { return value.objectValue == nil || value == [:] ? .string(leaf) : value }
        var object = value.objectValue ?? JSONObject()
        object[first] = insert(path.dropFirst(), leaf, into: object[first] ?? [:])
        return .object(object)
    }

    private mutating func add(_ operation: OperationTemplate) {
        if case .command(let command) = operation, let key = command.key { add(key) }
        if let body = operation.body { add(body) }
    }

    private mutating func add(_ template: Template) {
        switch template {
        case .literal: break
        case .expression(let expression): add(expression)
        case .text(let parts): for case .expression(let expression) in parts { add(expression) }
        case .array(let elements): for element in elements { add(element) }
        case .object(let members): for member in members { add(member.value) }
        }
    }

    private mutating func add(_ expression: Expression) {
        if let (step, path) = Self.path(expression), !path.isEmpty {
            paths[step, default: []].append(path)
            return
        }
        switch expression {
        case .literal, .input, .saga, .stepStatus, .stepResult, .stepError, .item, .index: break
        case .member(let base, let name): for part in [base, name] { add(part) }
        case .unary(_, let operand), .call(_, let operand): add(operand)
        case .binary(_, let left, let right): for part in [left, right] { add(part) }
        case .conditional(let test, let yes, let no): for part in [test, yes, no] { add(part) }
        }
    }

    /// The step and the names of `steps.a.result.b.c`; nil for every other expression.
    private static func path(_ expression: Expression) -> (step: Int, path: [String])? {
        switch expression {
        case .stepResult(let step): return (step, [])
        case .member(let base, .literal(.string(let name))):
            guard let (step, path) = Self.path(base) else { return nil }
            return (step, path + [name])
        default: return nil
        }
    }
}
