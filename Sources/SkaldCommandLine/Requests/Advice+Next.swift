import Kernel

extension Advice {
    /// One line of what to do about an error; nil where the message says it all.
    func next(_ code: String, _ body: JSON, _ message: String) -> String? {
        switch code {
        case "rejected": return rejected()
        case "conflict": return conflict(body)
        case "not_found", "gone": return missing(code, body)
        case "unknown_aggregate", "unknown_command": return unknown(code, message)
        case "id_reused": return reused(body)
        case "illegal_state": return illegal(body)
        case "invalid_definition": return "correct it, then: \(tool) def check \(file)"
        case "busy": return "nothing was done; send it again\(after(body))"
        case "read_only": return "the server's disk is nearly full: free space, then send it again; \(tool) server info tells"
        case "timeout": return timeout()
        case "handler_failed": return "a bug in the aggregate's code, which should refuse what it cannot take: tell who maintains it"
        case "internal" where body["reason"]?.stringValue == "parked":
            return
                "nothing was done; it is put aside, and looked at again by itself, until the server can read what is named above"
        case "internal": return "a bug in the server; its log has more. Nothing acknowledged was lost"
        case "too_large": return "a body may hold 1 MiB; send less, or send it in parts"
        case "unauthenticated": return "this server asks for a key; connect with one it knows"
        case "forbidden": return "this is not allowed to you, or to anyone"
        case "unknown_operation", "unsupported_version": return "client and server differ in version; see: \(tool) server info"
        default: return nil
        }
    }

    private var file: String { if case .definition(let path) = subject { Plain.argument(path) } else { "FILE" } }

    private func rejected() -> String? {
        guard case .command(let command) = subject else { return nil }
        return "nothing changed; see its state: \(tool) aggregate show \(address(command))"
    }

    private func conflict(_ body: JSON) -> String? {
        switch subject {
        case .command(let command):
            let again = body["actual"]?.intValue.map { ", then send it again with --expect \($0)" } ?? ""
            return "someone was faster; see: \(tool) aggregate show \(address(command))\(again)"
        case .definition: return "a registered version never changes: raise `version` in the file and register that"
        default: return nil
        }
    }

    /// A saga's id in the answer: not the id was used before, but the business key.
    private func reused(_ body: JSON) -> String {
        guard let saga = body["saga"]?.stringValue else {
            return "leave --id away to get a new one"
        }
        let look = "\(tool) saga show \(Plain.argument(saga))"
        return "look at it: \(look); start under another key or, if that one was undone, with --again"
    }

    private func missing(_ code: String, _ body: JSON) -> String? {
        switch subject {
        // There is one: only its step, or the version asked for, is not.
        case .saga(let id) where body["step"] != nil: "see its steps: \(tool) saga show \(Plain.argument(id))"
        case .aggregate(let address) where body["actual"] != nil:
            "see it as it is: \(tool) aggregate show \(Plain.argument(address))"
        case .start(let name, _) where [".yaml", ".yml", ".json"].contains(where: name.hasSuffix):
            "of a file: \(tool) saga start --inline \(Plain.argument(name)), or first: \(tool) def register \(Plain.argument(name))"
        case .saga(let id): "see what there is: \(tool) saga list; by a business key: \(tool) saga list --key \(Plain.argument(id))"
        case .start, .definition: "see what is registered: \(tool) def list"
        case .result where code == "gone":
            "results are kept as long as the server's --retention says, a day unless given; its events remain: \(tool) event read"
        case .result: "check the id"
        case .aggregate(let address):
            "see what its type holds: \(tool) event read \(Plain.argument(String(address.prefix { $0 != "/" })))"
        case .command(let command): "see its events: \(tool) event read \(address(command))"
        case .server: nil
        }
    }

    private func unknown(_ code: String, _ message: String) -> String? {
        if message.contains("did you mean") { return nil }
        guard case .command(let command) = subject else { return "see what the server knows: \(tool) server info" }
        if code == "unknown_aggregate" {
            let known = aggregates.map(\.type)
            return Suggestion.nearest(to: command.aggregate, among: known).map { "did you mean '\($0)'?" }
                ?? "see what the server knows: \(tool) server info"
        }
        let known = aggregates.first { $0.type == command.aggregate }?.commandNames ?? []
        if let nearest = Suggestion.nearest(to: command.name, among: known) { return "did you mean '\(nearest)'?" }
        return known.isEmpty
            ? "see what the server knows: \(tool) server info" : "choose one of: \(known.joined(separator: ", "))"
    }

    private func illegal(_ body: JSON) -> String? {
        guard case .saga(let id) = subject else { return nil }
        let saga = Plain.argument(id)
        return body["reason"]?.stringValue == "ended"
            ? "nothing was done; what happened: \(tool) saga history \(saga)"
            : "nothing was done; look: \(tool) saga show \(saga)"
    }

    private func timeout() -> String? {
        if case .start(_, let id) = subject { return "it may have started; look: \(tool) saga show \(Plain.argument(id))" }
        return switch subject {
        // The server says it of aggregates that workers decide for, and only when nothing was done.
        case .command, .aggregate: "see who is connected: \(tool) worker list; or wait longer: --timeout 60s"
        default: "ask again, with more time: --timeout 60s"
        }
    }

    private func after(_ body: JSON) -> String { body["retry_after_ms"]?.intValue.map { " after \(Plain.duration($0))" } ?? "" }

    private func address(_ command: OutgoingCommand) -> String { Plain.argument("\(command.aggregate)/\(command.key)") }
}
