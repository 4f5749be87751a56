import Kernel

/// A server to ask on behalf of one command, its failures told in the words of that command.
struct Remote {
    let requests: any Requests
    let endpoint: Endpoint
    let world: World
    /// What `--timeout` says, in milliseconds.
    let timeout: Int64?
    /// When the command began, from which on `--timeout` counts.
    let began: Timestamp

    func command(_ command: OutgoingCommand) throws(Failure) -> JSON {
        do { return try requests.command(command) } catch {
            throw advice(.command(command)).failure(error)
        }
    }

    func request(_ operation: String, _ arguments: JSON, about subject: Subject, holding: Int64 = 0)
        throws(Failure) -> JSON
    {
        do { return try requests.request(operation, arguments, id: world.newID(), holding: holding) } catch {
            throw advice(subject).failure(error)
        }
    }

    /// The first page that has something in it: the server looks at so much for each, and what is asked for may lie behind that.
    /// `items` names the list in an answer, `cursor` the argument that takes its `next`.
    func page(_ operation: String, _ arguments: JSONObject, of items: String, behind cursor: String) throws(Failure) -> JSON {
        var arguments = arguments
        while true {
            let answer = try request(operation, .object(arguments), about: .server)
            guard answer[items]?.arrayValue?.isEmpty ?? false, let next = answer["next"], !next.isNull, next != arguments[cursor]
            else { return answer }
            arguments[cursor] = next
        }
    }

    /// Waits for a saga's end, or for it to get stuck, as long as `--timeout` allows; asks again in slices.
    func waitForEnd(of saga: String) throws(Failure) -> JSON {
        let patience = timeout ?? Limits.waitTimeout
        let deadline = began.advanced(by: patience)
        var last: JSON = [:]
        while true {
            let left = deadline.milliseconds - world.now().milliseconds
            guard left > 0 else { throw stillRunning(saga, patience, last) }
            let slice = min(left, Limits.waitSlice)
            let arguments: JSON = ["id": .string(saga), "wait_ms": .int(slice)]
            guard let view = try held("saga.get", arguments, about: .saga(saga), slice, left) else { continue }
            if StateWord.isSettled(view["state"]?.stringValue ?? "") { return view }
            last = view
        }
    }

    /// Waits for the reply of a command, as long as `--timeout` allows.
    func waitForReply(to command: String) throws(Failure) -> JSON {
        let patience = timeout ?? Limits.waitTimeout
        let deadline = began.advanced(by: patience)
        while true {
            let left = deadline.milliseconds - world.now().milliseconds
            guard left > 0 else {
                throw Failure(
                    .timeout, code: "timeout", "command \(Plain.text(command)) has no result after \(Plain.duration(patience))",
                    next: "it goes on; ask again: \(world.name) command result \(Plain.argument(command)) --wait")
            }
            let slice = min(left, Limits.waitSlice)
            let arguments: JSON = ["id": .string(command), "wait_ms": .int(slice)]
            guard let answer = try held("command.result", arguments, about: .result(command), slice, left) else { continue }
            if answer["state"]?.stringValue != "pending" { return answer }
        }
    }

    /// A request that the server holds for `slice` of the milliseconds `left`; nil when it stayed silent and there is time to
    /// ask again, as after a restart of the server.
    private func held(
        _ operation: String, _ arguments: JSON, about subject: Subject, _ slice: Int64, _ left: Int64
    ) throws(Failure) -> JSON? {
        do { return try requests.request(operation, arguments, id: world.newID(), holding: slice) } catch {
            if error == .silent, slice < left { return nil }
            throw advice(subject).failure(error)
        }
    }

    private func stillRunning(_ saga: String, _ patience: Int64, _ view: JSON) -> Failure {
        let id = Plain.argument(saga)
        var failure = Failure(
            .timeout, code: "timeout", "saga \(Plain.text(saga)) has not ended after \(Plain.duration(patience))",
            next: "it goes on; look: \(world.name) saga show \(id), or wait longer: \(world.name) saga wait \(id) --timeout 10m")
        failure.details = SagaTree.waits(view)
        return failure
    }

    private func advice(_ subject: Subject) -> Advice {
        Advice(tool: world.name, subject: subject, endpoint: endpoint, aggregates: world.aggregates)
    }
}
