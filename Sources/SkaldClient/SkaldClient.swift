import Glibc
public import Kernel
public import Wire
public import ZeroMQ

/// A connection to a server: every call waits for its answer.
///
///     let client = try SkaldClient("tcp://127.0.0.1:7117")
///     let reply = try client.send("account/alice", "deposit", ["amount": 5])
///     print(reply.version, reply.result["balance"] ?? .null)
///
/// A call that stays unanswered is sent again under the same id, so it takes effect once; see `ClientOptions`. Used by one
/// thread at a time; where several tasks share one, use `AsyncSkaldClient`.
public final class SkaldClient {
    /// What SKALD_ENDPOINT says, as for the command line; else where a server listens unless told otherwise.
    public static var defaultEndpoint: String {
        guard let named = getenv("SKALD_ENDPOINT"), named.pointee != 0 else { return "tcp://127.0.0.1:7117" }
        return String(cString: named)
    }

    private let courier: Courier
    private var ids = IDSource()
    /// Answers to queued commands that nobody asked for yet, the oldest last.
    private var arrived: [Courier.Outcome] = []
    private var queued: Set<ByteKey> = []

    /// Connects, and asks whether a server is there; `.unreachable` when none answers within `options.connectTimeout`.
    public init(
        _ endpoint: String = defaultEndpoint, options: ClientOptions = ClientOptions(), context: Context? = nil
    ) throws(SkaldError) {
        courier = try Courier(endpoint, try .forClient(context), options)
        guard let timeout = options.connectTimeout else { return }
        let id = ids.nextWireID()
        let probe = Call<JSON>.serverInfo
        try courier.post(id, OperationRequest(id: id, operation: probe.operation).encoded)
        do throws(SkaldError) {
            _ = try answer(id.text, until: .now + timeout)
        } catch {
            switch error {
            case .timeout: throw .unreachable(endpoint: endpoint)
            default: throw error
            }
        }
    }

    /// Sends a command to `type/key` and waits until it is durable or refused.
    ///
    /// `id` makes it idempotent across restarts of the caller: the same id again gives the same reply and no new event.
    @discardableResult public func send(
        _ aggregate: String, _ name: String, _ body: JSON = .object(JSONObject()), expected: UInt64? = nil, id: String? = nil,
        headers: [Header] = []
    ) throws(SkaldError) -> CommandReply {
        try send(Command(aggregate, name, body, expected: expected, headers: headers), id: id)
    }

    @discardableResult public func send(
        _ command: Command, id: String? = nil
    ) throws(SkaldError) -> CommandReply {
        let id = try wireID(id)
        try courier.post(id, command.request(id).encoded)
        return try CommandReply(id.text, answer(id.text))
    }

    /// Makes one request and waits for its answer; with `within` it is sent once, and is a `.timeout` after so long.
    @discardableResult public func perform<Answer>(
        _ call: Call<Answer>, id: String? = nil, headers: [Header] = [], within: Duration? = nil
    ) throws(SkaldError) -> Answer {
        let id = try wireID(id)
        let request = OperationRequest(id: id, operation: call.operation, headers: headers, arguments: call.arguments.bytes)
        try courier.post(id, request.encoded, wait: call.wait, within: within)
        return try call.decode(answer(id.text).json())
    }

    /// Makes a request by its name: what the typed calls are made of.
    @discardableResult public func request(_ operation: String, _ arguments: JSON = .object(JSONObject())) throws(SkaldError)
        -> JSON
    {
        try perform(Call(operation, arguments))
    }

    /// A fresh id: a UUIDv7, higher than every one before.
    public func makeID() -> String { ids.next() }

    private func wireID(_ text: String?) throws(SkaldError) -> WireID {
        if let text { return try WireID.checked(text) }
        return ids.nextWireID()
    }

    private func answer(_ id: String, until deadline: Instant? = nil) throws(SkaldError) -> Answer {
        while true {
            var found: Result<Answer, SkaldError>?
            for outcome in try courier.pump(until: deadline ?? .now + ClientLimits.wait) {
                if outcome.id.hasBytes(of: id) {
                    found = outcome.result
                } else if queued.contains(ByteKey(outcome.id)) {
                    arrived.insert(outcome, at: 0)
                }
            }
            if let found { return try found.get() }
            if let deadline, deadline <= .now {
                courier.forget(id)
                throw .timeout(id: id)
            }
        }
    }
}

// Pipelining: many commands on their way at once.
extension SkaldClient {
    /// The answer to a queued command.
    public struct Completion: Sendable {
        public let id: String
        public let result: Result<CommandReply, SkaldError>
    }

    /// Sends a command without waiting for its answer, which `nextCompletion` gives. At most `ClientLimits.outstanding` at once.
    @discardableResult public func enqueue(_ command: Command, id: String? = nil) throws(SkaldError) -> String {
        let id = try wireID(id)
        try courier.post(id, command.request(id).encoded)
        queued.insert(ByteKey(id.text))
        return id.text
    }

    /// Queued commands without a completion yet.
    public var outstanding: Int { queued.count }

    /// The next answer to any queued command, in the order they come; nil when none is queued or `timeout` is over.
    public func nextCompletion(within timeout: Duration) throws(SkaldError) -> Completion? {
        let deadline = Instant.now + timeout
        while arrived.isEmpty {
            guard !queued.isEmpty else { return nil }
            arrived = try courier.pump(until: deadline).filter { queued.contains(ByteKey($0.id)) }.reversed()
            if arrived.isEmpty, deadline <= .now { return nil }
        }
        let outcome = arrived.removeLast()
        queued.remove(ByteKey(outcome.id))
        return Completion(
            id: outcome.id, result: Result { () throws(SkaldError) in try CommandReply(outcome.id, outcome.result.get()) })
    }
}
