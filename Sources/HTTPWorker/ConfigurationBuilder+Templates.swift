import Kernel
import SagaModel
import SagaText

/// Templates, what they may read, and the parts of a request that have a form of their own.
extension ConfigurationBuilder {
    enum Reader {
        case base
        case request
        case answer

        var records: [ExpressionNames.Record] {
            switch self {
            case .base: [RecordScope.environment]
            case .request: [RecordScope.task, RecordScope.environment]
            case .answer: [RecordScope.task, RecordScope.response]
            }
        }
    }

    mutating func template(_ node: SourceNode, for reader: Reader) -> Template? {
        guard let parsed = TemplateParser(records: reader.records).parse(node, &problems) else { return nil }
        readVariables(of: parsed)
        return parsed.template
    }

    private mutating func readVariables(of parsed: ParsedTemplate) {
        switch parsed.form {
        case .literal: break
        case .expression(let part): readVariables(of: part, in: parsed.source)
        case .text(let parts):
            for case .expression(let part) in parts { readVariables(of: part, in: parsed.source) }
        case .array(let elements): for element in elements { readVariables(of: element) }
        case .object(let members): for member in members { readVariables(of: member.value) }
        }
    }

    /// `isLenient` under `??` and `has`, where what is missing is null.
    private mutating func readVariables(of part: ParsedExpression, in source: SourceNode, isLenient: Bool = false) {
        let record = Expression.member(.input, .literal(.string(RecordScope.environment.name)))
        switch part.expression {
        case record: problems.refuse(source.place(at: part.offset), "write env.NAME: the environment is read by names")
        case .member(record, .literal(.string(let name))):
            if let value = environment(name) {
                variables[name] = .string(value)
            } else if !isLenient {
                problems.refuse(
                    source.place(at: part.offset), "the environment has no \(name); set it, or read it with `??`")
            }
        case .binary(.coalesce, _, _):
            readVariables(of: part.operands[0], in: source, isLenient: true)
            readVariables(of: part.operands[1], in: source, isLenient: isLenient)
        case .call(.has, _): readVariables(of: part.operands[0], in: source, isLenient: true)
        default: for operand in part.operands { readVariables(of: operand, in: source, isLenient: isLenient) }
        }
    }

    mutating func readHeaders(_ node: SourceNode, into settings: inout Defaults) {
        guard let pairs = problems.object(node, "`headers`") else { return }
        for pair in pairs {
            guard checkHeader(pair.key, pair.place), pair.value.pairs == nil, pair.value.elements == nil else {
                if pair.value.pairs != nil || pair.value.elements != nil {
                    problems.refuse(pair.value.place, "the value of a header is a text, not \(pair.value.kind)")
                }
                continue
            }
            guard let value = template(pair.value, for: .request) else { continue }
            settings.headers.removeAll { $0.name.lowercased() == pair.key.lowercased() }
            settings.headers.append(RequestTemplate.Line(name: pair.key, value: value))
        }
        let key = settings.idempotencyHeader.lowercased()
        if let pair = pairs.first(where: { $0.key.lowercased() == key }) {
            problems.refuse(pair.place, "'\(pair.key)' carries the operation already: `idempotency_header` names it")
        }
    }

    /// Whether it is the name of a header that is ours to set.
    mutating func checkHeader(_ name: String, _ place: Place) -> Bool {
        let marks = "!#$%&'*+-.^_`|~".utf8
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || marks.contains(byte)
            }
        let reserved = ["connection", "content-length", "expect", "transfer-encoding"]
        if !isName {
            problems.refuse(place, "'\(name)' is no name of a header")
        } else if reserved.contains(name.lowercased()) {
            problems.refuse(place, "'\(name)' is set by the client itself; remove it")
        } else {
            return true
        }
        return false
    }

    mutating func readBase(_ pair: SourcePair) -> String? {
        guard problems.text(pair) != nil, let template = template(pair.value, for: .base) else { return nil }
        let text: String
        do throws(ExpressionError) {
            text = try template.evaluate(RecordScope(environment: .object(variables))).stringValue ?? ""
        } catch {
            // A variable that is not there has been told already.
            if problems.isEmpty { problems.refuse(pair.value.place, error.message) }
            return nil
        }
        guard Self.isAbsolute(text, isWhole: true), Self.isClean(text), !text.contains("?") else {
            problems.refuse(pair.value.place, "`base_url` is http://HOST or https://HOST, a port and a path behind it if need be")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    mutating func readURL(_ pair: SourcePair) -> URLTemplate? {
        guard problems.text(pair) != nil, let template = template(pair.value, for: .request) else { return nil }
        var parts: [Template.Part]
        switch template {
        case .literal(let value): parts = [.text(value.stringValue ?? "")]
        case .text(let pieces): parts = pieces
        case .expression(let expression): parts = [.expression(expression)]
        case .array, .object: return nil
        }
        let words = parts.map { if case .text(let text) = $0 { text } else { "" } }
        guard words.allSatisfy({ Self.isClean($0) }) else {
            problems.refuse(
                pair.value.place, "`url` has a character that URLs write as %XX; only what an expression gives is encoded")
            return nil
        }
        if words[0].hasPrefix("/") {
            guard let base = defaults.base else {
                if !defaults.saysBase {
                    problems.refuse(pair.value.place, "`url` begins with '/', and `defaults` has no `base_url` to put before it")
                }
                return nil
            }
            parts[0] = .text(base + words[0])
        } else if !Self.isAbsolute(words[0], isWhole: parts.count == 1) {
            problems.refuse(
                pair.value.place,
                "`url` begins with http://HOST/ or https://HOST/, or with '/' behind `base_url`; expressions come after the host")
            return nil
        }
        return URLTemplate(parts: parts)
    }

    /// What follows may belong to the host, unless it is the whole.
    private static func isAbsolute(_ text: String, isWhole: Bool) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return false }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        return !host.isEmpty && (isWhole || host.count < rest.count)
    }

    private static func isClean(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}#".utf8.contains($0) }
    }
}
