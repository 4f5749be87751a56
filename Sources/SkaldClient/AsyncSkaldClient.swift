public import Kernel
import Synchronization
public import Wire
public import ZeroMQ

/// A client for Swift tasks: shared by any number of them, it keeps many calls on their way over one connection.
///
///     let client = try await AsyncSkaldClient("tcp://127.0.0.1:7117")
///     let reply = try await client.send("account/alice", "deposit", ["amount": 5])
///
/// The socket lives on a thread of its own, so waiting never blocks the cooperative pool. Ends with its last reference.
public final class AsyncSkaldClient: Sendable {
    private let mailbox: Mailbox
    private let ids = Mutex(IDSource())

    /// Connects, and asks whether a server is there; `.unreachable` when none answers within `options.connectTimeout`.
    public init(
        _ endpoint: String = SkaldClient.defaultEndpoint, options: ClientOptions = ClientOptions(), context: Context? = nil
    ) async throws(SkaldError) {
        mailbox = try Mailbox.start(endpoint, try .forClient(context), options)
        guard let timeout = options.connectTimeout else { return }
        let id = ids.withLock { $0.nextWireID() }
        let probe = OperationRequest(id: id, operation: Call<JSON>.serverInfo.operation)
        let mailbox = mailbox
        let patience = Task.detached {
            if (try? await Task.sleep(for: timeout)) != nil { mailbox.post(.cancel(id.text, .unreachable(endpoint: endpoint))) }
        }
        defer { patience.cancel() }
        _ = try await mailbox.answer(id, probe.encoded)
    }

    deinit { mailbox.post(.close) }

    /// Sends a command to `type/key` and waits until it is durable or refused. `id` makes it idempotent.
    @discardableResult public func send(
        _ aggregate: String, _ name: String, _ body: JSON = .object(JSONObject()), expected: UInt64? = nil, id: String? = nil,
        headers: [Header] = []
    ) async throws(SkaldError) -> CommandReply {
        try await send(Command(aggregate, name, body, expected: expected, headers: headers), id: id)
    }

    @discardableResult public func send(_ command: Command, id: String? = nil) async throws(SkaldError) -> CommandReply {
        let id = try wireID(id)
        return try await CommandReply(id.text, mailbox.answer(id, command.request(id).encoded))
    }

    /// Makes one request and waits for its answer.
    @discardableResult public func perform<Answer>(
        _ call: Call<Answer>, id: String? = nil, headers: [Header] = []
    ) async throws(SkaldError) -> Answer {
        let id = try wireID(id)
        let request = OperationRequest(id: id, operation: call.operation, headers: headers, arguments: call.arguments.bytes)
        return try call.decode(await mailbox.answer(id, request.encoded, wait: call.wait).json())
    }

    /// Fails what is still waiting with `.closed`, and every later call.
    public func close() { mailbox.post(.close) }

    private func wireID(_ text: String?) throws(SkaldError) -> WireID {
        if let text { return try WireID.checked(text) }
        return ids.withLock { $0.nextWireID() }
    }
}
