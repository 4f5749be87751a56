import HTTPClient
import Kernel
import SagaModel
import SagaText

extension ConfigurationBuilder {
    mutating func readAction(_ pair: SourcePair) -> HTTPAction? {
        let node = pair.value
        if !Names.isName(pair.key) {
            problems.refuse(
                pair.place,
                "'\(pair.key)' is no action: a small letter, then up to 62 of a-z, 0-9, '_', '.' and '-', as in airline.reserve")
        }
        guard let pairs = problems.object(node, "an action") else { return nil }
        problems.checkKeys(pairs, ConfigurationKeys.action, of: "an action")
        var settings = defaults
        readCommon(node, into: &settings)
        let method = node.pair("method").map { readMethod($0) } ?? .post
        let address = problems.require("url", in: node, "where the request goes").flatMap { readURL($0) }
        let body = readBody(node, method)
        let answer = AnswerTemplate(
            result: node.pair("result").flatMap { template($0.value, for: .answer) },
            reversal: node.pair("undo").flatMap { readUndo($0) })
        let statuses = readStatuses(node)
        guard let method, let address, let body else { return nil }
        let request = RequestTemplate(
            method: method, url: address, headers: settings.headers, body: body, timeout: .milliseconds(settings.timeout),
            idempotencyHeader: settings.idempotencyHeader, isRepeatable: dedupes, followsRedirects: settings.followsRedirects,
            environment: .object(variables))
        return HTTPAction(
            name: pair.key, request: request, statuses: statuses, answer: answer, retryAfter: .milliseconds(settings.retryAfter))
    }

    private mutating func readMethod(_ pair: SourcePair) -> HTTPRequest.Method? {
        guard let text = problems.text(pair) else { return nil }
        if let method = HTTPRequest.Method(rawValue: text) { return method }
        let known = HTTPRequest.Method.allCases.map(\.rawValue)
        let hint =
            known.contains(text.uppercased()) ? "; write \(text.uppercased())" : "; there are " + known.joined(separator: ", ")
        problems.refuse(pair.value.place, "there is no method '\(text)'" + hint)
        return nil
    }

    /// Without a word of it, what changes something is sent what the step gave.
    private mutating func readBody(_ node: SourceNode, _ method: HTTPRequest.Method?) -> RequestTemplate.Body? {
        let (body, form) = (node.pair("body"), node.pair("form"))
        if let body, let form {
            let place = last(body, form).place
            problems.refuse(place, "a request has a `body` (JSON) or a `form`; keep one")
            return nil
        }
        if let pair = body ?? form, method?.isSafe == true, pair.value.string != "none" {
            problems.refuse(pair.place, "a \(method?.rawValue ?? "GET") has no body; put what it needs into `url`")
            return nil
        }
        if let form { return readForm(form) }
        if let body, body.value.string != "none" { return template(body.value, for: .request).map { .json($0) } }
        guard body == nil, let method, [.post, .put, .patch].contains(method) else { return RequestTemplate.Body.none }
        let input = Expression.member(.member(.input, .literal("task")), .literal("input"))
        return .json(.expression(input))
    }

    private func last(_ a: SourcePair, _ b: SourcePair) -> SourcePair {
        (a.place.line, a.place.column) < (b.place.line, b.place.column) ? b : a
    }

    private mutating func readForm(_ pair: SourcePair) -> RequestTemplate.Body? {
        guard let pairs = problems.object(pair.value, "`form`") else { return nil }
        var members: [Template.Member] = []
        for pair in pairs {
            guard pair.value.pairs == nil, pair.value.elements == nil else {
                problems.refuse(pair.value.place, "a field of a form is a text, not \(pair.value.kind)")
                continue
            }
            if let value = template(pair.value, for: .request) { members.append(Template.Member(key: pair.key, value: value)) }
        }
        return members.count == pairs.count ? .form(members) : nil
    }

    private mutating func readUndo(_ pair: SourcePair) -> AnswerTemplate.Reversal? {
        guard let pairs = problems.object(pair.value, "`undo`") else { return nil }
        problems.checkKeys(pairs, ConfigurationKeys.undo, of: "`undo`")
        let with = pair.value.pair("with").flatMap { readObject($0) } ?? .literal([:])
        switch (pair.value.pair("call"), pair.value.pair("command")) {
        case (let call?, nil):
            if let key = pair.value.pair("key") { problems.refuse(key.place, "`key` goes with `command` only") }
            guard let action = problems.text(call) else { return nil }
            if !Names.isName(action) { problems.refuse(call.value.place, "'\(action)' is no action, as airline.cancel is") }
            return .call(action, with: with)
        case (nil, let command?):
            guard
                let key = problems.require("key", in: pair.value, "which aggregate the command is for")
                    .flatMap({ template($0.value, for: .answer) }), let name = problems.text(command)
            else { return nil }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            if parts.count < 2 || !Names.isName(name) || parts.contains("") {
                problems.refuse(command.value.place, "`command` is <aggregate type>.<command>, as in hotel.release")
            }
            return .command(name, key: key, with: with)
        default:
            problems.refuse(pair.place, "an undo does one thing: give it a `call` or a `command`")
            return nil
        }
    }

    private mutating func readObject(_ pair: SourcePair) -> Template? {
        guard pair.value.pairs != nil || pair.value.string?.hasPrefix("${") == true else {
            problems.refuse(pair.value.place, "`\(pair.key)` is an object, not \(pair.value.kind)")
            return nil
        }
        return template(pair.value, for: .answer)
    }
}
