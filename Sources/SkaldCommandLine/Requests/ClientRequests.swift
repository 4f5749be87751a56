import Kernel
import SkaldClient
import Wire

/// Requests over a connection to a real server.
struct ClientRequests: Requests {
    private let client: SkaldClient
    /// What the server is told of our patience: a little less, so that it is the server who says that no worker answers. A command sent again
    /// is still waited for since it was sent first; a read sent again is a new one.
    private let deadline: Header
    private let readDeadline: Header

    /// Connects. Where nobody listens that is given up early, but a server that is slow has all the time. A call that stays unanswered is
    /// sent again under the same id; after `timeout` milliseconds it has failed.
    init(endpoint: Endpoint, timeout: Int64) throws(RequestFailure) {
        deadline = Header("deadline_ms", String(max(1, timeout * 9 / 10)))
        readDeadline = Header("deadline_ms", String(max(1, timeout * 9 / 10 / Int64(Limits.tries))))
        let whole = Duration.milliseconds(timeout)
        var options = ClientOptions(
            patience: whole / Limits.tries, tries: Limits.tries, connectTimeout: min(whole, .milliseconds(Limits.connectTimeout)))
        do {
            client = try SkaldClient(endpoint.text, options: options)
        } catch .unreachable {
            switch Knock(endpoint) {
            case .refused: throw .unreachable
            case .denied: throw .denied
            case .unknownHost(let host): throw .unknownHost(host)
            case .opened: break
            }
            options.connectTimeout = max(.milliseconds(1), whole - .milliseconds(Limits.connectTimeout))
            do { client = try SkaldClient(endpoint.text, options: options) } catch .unreachable { throw .mute } catch {
                throw RequestFailure(error)
            }
        } catch {
            throw RequestFailure(error)
        }
    }

    func command(_ command: OutgoingCommand) throws(RequestFailure) -> JSON {
        let outgoing = Command(
            AggregateID(command.aggregate, command.key), command.name, command.body, expected: command.expected,
            headers: [deadline])
        do {
            let reply = try client.send(outgoing, id: command.id)
            return [
                "version": .int(Int64(clamping: reply.version)), "position": .int(Int64(clamping: reply.position)),
                "result": reply.result,
            ]
        } catch { throw RequestFailure(error) }
    }

    func request(_ operation: String, _ arguments: JSON, id: String, holding: Int64) throws(RequestFailure) -> JSON {
        // Sent again, a held request would be held anew: the whole would take as many times longer.
        let within: Duration? = holding > 0 ? .milliseconds(holding + Limits.holdingGrace) : nil
        let call = Call(operation, arguments, wait: .milliseconds(holding))
        let headers = operation == "aggregate.get" ? [readDeadline] : []
        do { return try client.perform(call, id: id, headers: headers, within: within) } catch { throw RequestFailure(error) }
    }
}

extension RequestFailure {
    fileprivate init(_ error: SkaldError) {
        switch error {
        case .refused(let code, let message, let details):
            var body = JSONObject(uniqueKeysWithValues: [("message", .string(message))])
            for member in details.members { body.append(member.key, member.value) }
            self = .answered(code: code, body: .object(body))
        case .unreachable: self = .unreachable
        case .timeout, .cancelled, .closed: self = .silent
        case .malformedReply(let text): self = .foreign(text)
        case .invalid(let text): self = .invalid(text)
        }
    }
}
