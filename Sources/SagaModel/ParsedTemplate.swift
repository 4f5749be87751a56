public import Kernel

/// A template with the places of its parts, as the parser hands it to the checks.
public struct ParsedTemplate: Sendable {
    public enum Form: Sendable {
        case literal(JSON)
        case expression(ParsedExpression)
        case text([ParsedPart])
        case array([ParsedTemplate])
        case object([ParsedMember])
    }

    public let source: SourceNode
    public let form: Form

    public init(source: SourceNode, form: Form) {
        self.source = source
        self.form = form
    }

    /// What runs.
    public var template: Template {
        switch form {
        case .literal(let value): .literal(value)
        case .expression(let parsed): .expression(parsed.expression)
        case .text(let parts): .text(parts.map(\.part))
        case .array(let elements): .array(elements.map(\.template))
        case .object(let members): .object(members.map { Template.Member(key: $0.key, value: $0.value.template) })
        }
    }
}

/// A piece of a text with expressions inside.
public enum ParsedPart: Sendable {
    case text(String)
    case expression(ParsedExpression)

    var part: Template.Part {
        switch self {
        case .text(let text): .text(text)
        case .expression(let parsed): .expression(parsed.expression)
        }
    }
}

/// One member of an object template.
public struct ParsedMember: Sendable {
    public let key: String
    public let place: Place
    public let value: ParsedTemplate
}
