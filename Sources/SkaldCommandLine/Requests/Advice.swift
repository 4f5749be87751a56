import Kernel

/// Says what an error means and what to do next, for a tired person.
struct Advice {
    let tool: String
    let subject: Subject
    let endpoint: Endpoint
    let aggregates: [AggregateHandler]

    func failure(_ error: RequestFailure) -> Failure {
        switch error {
        case .answered(let code, let body): answered(code, body)
        case .unreachable:
            unreached(
                "no server answers at \(endpoint.text)",
                next: "see why (systemctl status skald), start it with its own store (\(tool) serve --data DIR), or name another: --connect ENDPOINT")
        case .mute:
            unreached(
                "something listens at \(endpoint.text), but says nothing: it hangs, or is still starting",
                next: "look at its process and its last lines, or wait longer: --timeout 60s")
        case .denied:
            unreached(
                "this user may not connect to \(endpoint.text)",
                next: "run it as the server's user (sudo -u USER), or name another address: --connect ENDPOINT")
        case .unknownHost(let host): unreached("the host '\(Plain.text(host))' is not known", next: "check the address")
        case .silent: silent()
        case .foreign(let text):
            Failure(
                .unreachable, code: "foreign", "what answers at \(endpoint.text) is no skald: \(Plain.text(text))",
                next: "check the address")
        case .invalid(let text): .usage(Plain.text(text))
        }
    }

    private func unreached(_ what: String, next: String) -> Failure {
        Failure(.unreachable, code: "unreachable", "\(what); nothing was done", next: next)
    }

    private func silent() -> Failure {
        let next =
            switch subject {
            case .command(let command):
                "it may have been done; ask: \(tool) command result \(Plain.argument(command.id)) --wait"
            case .start(_, let id):
                "it may have started; look: \(tool) saga show \(Plain.argument(id)), or start it again with --id \(Plain.argument(id))"
            case .saga(let id): "look at it: \(tool) saga show \(Plain.argument(id))"
            default: "ask again, with more time: --timeout 60s"
            }
        let body = identified("\(endpoint.text) did not answer in time", [:])
        return Failure(.timeout, code: "timeout", "\(endpoint.text) did not answer in time", next: next, body: body)
    }

    /// An error's body with the id under which what may have been done can be asked for.
    private func identified(_ message: String, _ body: JSON) -> JSON {
        var object = body.objectValue ?? JSONObject()
        if object["message"] == nil { object["message"] = .string(message) }
        switch subject {
        case .command(let command): object["id"] = .string(command.id)
        case .start(_, let id), .saga(let id), .result(let id): object["id"] = .string(id)
        case .definition, .aggregate, .server: break
        }
        return .object(object)
    }

    private func answered(_ code: String, _ body: JSON) -> Failure {
        let problems = body["problems"]?.arrayValue ?? []
        // The server's message repeats the first problem, which is listed below it.
        let message =
            problems.isEmpty
            ? Plain.text(body["message"]?.stringValue ?? code) : Plain.count(problems.count, "problem")
        let reason = body["reason"]?.stringValue.map { Plain.text($0) } ?? ""
        let why = reason.isEmpty || message.contains(reason) ? "" : " (\(reason))"
        var failure = Failure(
            Self.status(of: code), code: code, "\(lead(code))\(message)\(why)", next: next(code, body, message),
            body: code == "timeout" ? identified(message, body) : body)
        failure.details = ProblemText.lines(body["problems"], source: source) + DiffText.lines(body["diff"])
        return failure
    }

    /// The file whose problems these are.
    private var source: String? { if case .definition(let path) = subject { path } else { nil } }

    /// The exit status of an error code; every code of the protocol has its line.
    static func status(of code: String) -> ProcessStatus {
        switch code {
        case "bad_request", "unknown_operation", "unknown_aggregate", "unknown_command", "unsupported_version", "too_large":
            .usage
        case "not_found", "gone": .notFound
        case "conflict", "id_reused": .conflict
        case "timeout": .timeout
        case "busy", "forbidden", "unauthenticated", "read_only", "illegal_state": .refused
        case "invalid_definition": .configuration
        default: .failed
        }
    }

    /// What was asked and its fate, before the server's own message.
    private func lead(_ code: String) -> String {
        let fate = code.replacing("_")
        return switch subject {
        case .command(let command): "\(Plain.text(command.aggregate))/\(Plain.text(command.key)) \(command.name): \(fate): "
        case .result(let id): "command \(Plain.text(id)): \(fate): "
        case .saga(let id): "saga \(Plain.text(id)): \(fate): "
        case .start(let name, _): "start of \(Plain.text(name)): \(fate): "
        case .definition(let name): "\(Plain.text(name)): \(fate): "
        case .aggregate(let address): "\(Plain.text(address)): \(fate): "
        case .server: "\(fate): "
        }
    }
}

extension String {
    /// A code as words: `not_found` → `not found`.
    fileprivate func replacing(_ character: Character) -> String { String(map { $0 == character ? " " : $0 }) }
}
