import HTTPClient
import Kernel
import SagaModel
import SkaldClient

/// How a response becomes an answer.
struct AnswerTemplate: Sendable {
    enum Reversal: Sendable {
        case call(String, with: Template)
        case command(String, key: Template, with: Template)
    }

    /// Nil: the body, which then has to be JSON, or nothing.
    var result: Template?
    var reversal: Reversal?

    /// What was done. Throws when the response does not hold what the templates ask for: that it was done is not doubted then,
    /// but with what result nobody knows.
    func done(_ response: HTTPResponse, _ scope: RecordScope) throws(ExpressionError) -> Done {
        if response.isCut { throw ExpressionError("the body has more than \(HTTPLimits.body) bytes") }
        var done = Done(try value(response, scope))
        try addUndo(to: &done, scope)
        return done
    }

    private func value(_ response: HTTPResponse, _ scope: RecordScope) throws(ExpressionError) -> JSON {
        if let result { return try result.evaluate(scope) }
        if response.body.isEmpty { return [:] }
        guard let body = response.json else { throw ExpressionError("the body is not JSON") }
        return body
    }

    private func addUndo(to done: inout Done, _ scope: RecordScope) throws(ExpressionError) {
        switch reversal {
        case nil: break
        case .call(let action, let with): done.undo = .call(action, with: try with.evaluate(scope))
        case .command(let command, let key, let with):
            let text = try Template.text([.expression(.literal(try key.evaluate(scope)))]).evaluate(scope).stringValue ?? ""
            guard Names.isKey(text) else { throw ExpressionError("the undo's key has 1 to 255 bytes and no control characters") }
            done.undo = .command(command, key: text, with: try with.evaluate(scope))
        }
    }

    /// The code of a no. What the response holds is brought into the form of one; without any it is `http_<status>`.
    static func code(_ template: Template, _ status: Int, _ scope: RecordScope) -> String {
        let value = try? template.evaluate(scope)
        let letters = (value?.stringValue ?? "").lowercased().utf8.map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x5F: byte
            default: UInt8(ascii: "_")
            }
        }
        let code = String(decoding: letters, as: UTF8.self)
        return Names.isName(code) ? code : "http_\(status)"
    }
}

extension HTTPResponse {
    /// Nil when the body is none, or deeper than a result may be.
    var json: JSON? { isCut ? nil : try? JSON.parse(body, maximumDepth: JSON.storedDepth) }

    /// As templates see it: a body that is not JSON is a text.
    var record: JSON {
        var lines = JSONObject()
        for header in headers where !lines.contains(header.name) { lines.append(header.name, .string(header.value)) }
        let text = body.isEmpty || isCut ? JSON.null : .string(String(decoding: body, as: UTF8.self))
        return ["status": .int(Int64(status)), "headers": .object(lines), "body": json ?? text]
    }
}
