import Kernel

/// Finds `${ … }` in the strings of a document and parses what stands inside; problems are placed at their character.
public struct TemplateParser {
    let names: ExpressionNames

    public init(steps: StepNames) { names = .saga(steps) }

    /// For templates outside of sagas. Their scope has an object with these records as its `input`.
    public init(records: [ExpressionNames.Record]) { names = .records(records) }

    /// The template that `node` is; nil when something in it was refused.
    public func parse(_ node: SourceNode, _ problems: inout Problems) -> ParsedTemplate? {
        switch node.value {
        case .scalar(.string(let text)): return parse(text, node, &problems)
        case .scalar(let value): return ParsedTemplate(source: node, form: .literal(value))
        case .list(let elements):
            let parsed = elements.map { parse($0, &problems) }
            let whole = parsed.compactMap { $0 }
            guard whole.count == parsed.count else { return nil }
            return ParsedTemplate(
                source: node, form: whole.allSatisfy(\.isLiteral) ? .literal(.array(whole.map(\.literal))) : .array(whole))
        case .map(let pairs): return parse(pairs, node, &problems)
        }
    }

    private func parse(_ pairs: [SourcePair], _ node: SourceNode, _ problems: inout Problems) -> ParsedTemplate? {
        var members: [ParsedMember] = []
        for pair in pairs {
            if pair.key.contains("${") {
                problems.refuse(pair.place, "a key is taken as it is written: '${' works in values only")
            }
            guard let value = parse(pair.value, &problems) else { continue }
            members.append(ParsedMember(key: pair.key, place: pair.place, value: value))
        }
        guard members.count == pairs.count else { return nil }
        guard members.allSatisfy(\.value.isLiteral) else { return ParsedTemplate(source: node, form: .object(members)) }
        let object = JSONObject(uniqueKeysWithValues: members.map { ($0.key, $0.value.literal) })
        return ParsedTemplate(source: node, form: .literal(.object(object)))
    }

    private func parse(_ text: String, _ node: SourceNode, _ problems: inout Problems) -> ParsedTemplate? {
        do {
            return ParsedTemplate(source: node, form: try TemplateParser.form(text, names))
        } catch {
            problems.refuse(node.place(at: error.offset), explain(error, text, node))
            return nil
        }
    }

    /// An expression that lost its end is most often one that YAML cut.
    private func explain(_ error: ExpressionSyntaxError, _ text: String, _ node: SourceNode) -> String {
        guard node.isUnquoted, error.offset >= text.utf8.count || error.message == TemplateParser.unclosed else {
            return error.message
        }
        return error.message + "; in YAML ' #' ends a text: put the whole value in quotes"
    }

    static let unclosed = "'${' is not closed with '}'"

    /// Splits a text at its expressions. One that is the whole text keeps its type.
    static func form(_ text: String, _ names: ExpressionNames) throws(ExpressionSyntaxError) -> ParsedTemplate.Form {
        let bytes = Array(text.utf8)
        var parts: [ParsedPart] = []
        var literal: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            if starts("$${", bytes, offset) {
                literal.append(contentsOf: "${".utf8)
                offset += 3
            } else if starts("${", bytes, offset) {
                if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
                literal = []
                let expression: ParsedExpression
                (expression, offset) = try inside(bytes, offset, names)
                parts.append(.expression(expression))
            } else {
                literal.append(bytes[offset])
                offset += 1
            }
        }
        if parts.isEmpty { return .literal(.string(String(decoding: literal, as: UTF8.self))) }
        if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
        if parts.count == 1, case .expression(let whole) = parts[0] { return .expression(whole) }
        return .text(parts)
    }

    private static func inside(
        _ bytes: [UInt8], _ start: Int, _ names: ExpressionNames
    ) throws(ExpressionSyntaxError) -> (ParsedExpression, Int) {
        guard bytes[start...].contains(UInt8(ascii: "}")) else { throw ExpressionSyntaxError(offset: start, message: unclosed) }
        do {
            return try ExpressionParser.parse(bytes, from: start + 2, names: names)
        } catch {
            throw error.offset >= bytes.count ? ExpressionSyntaxError(offset: start, message: unclosed) : error
        }
    }

    private static func starts(_ prefix: StaticString, _ bytes: [UInt8], _ offset: Int) -> Bool {
        let count = prefix.utf8CodeUnitCount
        return offset + count <= bytes.count
            && prefix.withUTF8Buffer { buffer in buffer.indices.allSatisfy { bytes[offset + $0] == buffer[$0] } }
    }
}

extension ParsedTemplate {
    var isLiteral: Bool { if case .literal = form { true } else { false } }
    var literal: JSON { if case .literal(let value) = form { value } else { .null } }
}
