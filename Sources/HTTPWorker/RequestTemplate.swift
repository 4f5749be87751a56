import HTTPClient
import Kernel
import SagaModel
import SkaldClient
import Wire

/// How a task becomes a request.
struct RequestTemplate: Sendable {
    enum Body: Sendable {
        case none
        case json(Template)
        case form([Template.Member])
    }

    struct Line: Sendable {
        let name: String
        let value: Template
    }

    var method: HTTPRequest.Method
    var url: URLTemplate
    var headers: [Line]
    var body: Body
    /// At most; the task's deadline may come before.
    var timeout: Duration
    var idempotencyHeader: String
    var isRepeatable: Bool
    var followsRedirects: Bool
    var environment: JSON

    func request(_ task: WorkerTask, timeout: Duration) throws(ExpressionError) -> HTTPRequest {
        let scope = RecordScope(task: task, environment: environment)
        let (body, type) = try bytes(scope)
        var lines: [HTTPHeader] = []
        for line in headers { lines.append(HTTPHeader(line.name, try value(line, scope))) }
        lines.append(HTTPHeader(idempotencyHeader, task.operation))
        for name in ["traceparent", "tracestate"] {
            if lines.value(name) == nil, let value = task.headers.first(where: { $0.name == name })?.value {
                lines.append(HTTPHeader(name, try Self.checked(value, name)))
            }
        }
        if let type, lines.value("content-type") == nil { lines.append(HTTPHeader("content-type", type)) }
        if lines.value("accept") == nil { lines.append(HTTPHeader("accept", "application/json")) }
        if lines.value("user-agent") == nil { lines.append(HTTPHeader("user-agent", "skald")) }
        return HTTPRequest(
            method, try url.text(scope), headers: lines, body: body, timeout: timeout, isRepeatable: isRepeatable,
            followsRedirects: followsRedirects)
    }

    private func bytes(_ scope: RecordScope) throws(ExpressionError) -> ([UInt8]?, type: String?) {
        switch body {
        case .none: return (nil, nil)
        case .json(let template): return (try template.evaluate(scope).bytes, "application/json")
        case .form(let members):
            var pairs: [String] = []
            for member in members {
                let value = try Template.object([member]).evaluate(scope)[member.key] ?? .null
                // A field without a value is left out, as forms do.
                if value.isNull { continue }
                let text = try Template.text([.expression(.literal(value))]).evaluate(scope).stringValue ?? ""
                pairs.append(PercentEncoding.encode(member.key) + "=" + PercentEncoding.encode(text))
            }
            return (Array(pairs.joined(separator: "&").utf8), "application/x-www-form-urlencoded")
        }
    }

    private func value(_ line: Line, _ scope: RecordScope) throws(ExpressionError) -> String {
        let value = try line.value.evaluate(scope)
        let text = try Template.text([.expression(.literal(value))]).evaluate(scope).stringValue ?? ""
        return try Self.checked(text, line.name)
    }

    /// Nothing in a value may end its line.
    private static func checked(_ value: String, _ name: String) throws(ExpressionError) -> String {
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw ExpressionError("the header '\(name)' has a control character in its value")
        }
        return value
    }
}
