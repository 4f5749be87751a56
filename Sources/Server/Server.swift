public import Engine
import Glibc
import Synchronization
import Threads
import Wire
import ZeroMQ

/// A running server: the front door on a thread of its own, over a store that is open.
///
///     let server = try Server(engine: engine, queries: queries, configuration: configuration)
///     try server.waitUntilStopped()
///
/// `stop` may be called from any thread.
public final class Server: Sendable {
    /// Where it really listens: a port of 0 has been given a number.
    public let endpoints: [String]
    private let stopping: WakeUp
    private let thread: OwnedThread
    private let failure = Failure()

    private final class Failure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    /// Binds when everything is ready: whoever can connect is served. `onEnd` runs on the front door's thread when it is over.
    ///
    /// Takes the engine over: it belongs to the front door's thread from here on.
    public init(
        engine: sending Engine, queries: Queries, clock: any Clock = SystemClock(), configuration: ServerConfiguration,
        onEnd: @escaping @Sendable () -> Void = {}
    ) throws {
        let context = try Context()
        let router = try Socket(context, .router, Self.options)
        endpoints = try configuration.endpoints.map { endpoint in
            do throws(ZMQError) { try Self.bind(router, endpoint) } catch {
                throw BindFailure(endpoint: endpoint, error)
            }
            return try router.lastEndpoint
        }
        let stopping = try WakeUp()
        self.stopping = stopping
        let door = try FrontDoor(engine, queries, clock, router, configuration, stopping: stopping)
        let failure = failure
        thread = try OwnedThread("skald-writer") {
            do { try door.run() } catch { failure.error.withLock { $0 = error } }
            onEnd()
        }
    }

    /// A socket file belongs to its owner alone from the moment it is there: whoever connects may do anything.
    private static func bind(_ router: Socket, _ endpoint: String) throws(ZMQError) {
        let mask = endpoint.hasPrefix("ipc://") ? umask(0o177) : nil
        defer { if let mask { umask(mask) } }
        try router.bind(endpoint)
    }

    private static let options: [SocketOption] = [
        .routerMandatory(true), .maximumMessageSize(Int64(WireLimits.frame)), .handshakeInterval(.seconds(5)),
        .heartbeatInterval(.seconds(5)), .heartbeatTimeout(.seconds(15)), .sendHighWater(ServerLimits.highWater),
        .receiveHighWater(ServerLimits.highWater), .backlog(1024),
        .tcpKeepAlive(idle: .seconds(60), interval: .seconds(10), count: 3),
    ]

    /// Tells it to answer what has arrived and end. Returns at once.
    public func stop() { stopping.signal() }

    /// Blocks until the server has ended; throws what ended it when that was a failure of the store.
    public func waitUntilStopped() throws {
        thread.join()
        if let error = failure.error.withLock({ $0 }) { throw error }
    }
}

/// An endpoint that cannot be listened on.
public struct BindFailure: Error, CustomStringConvertible {
    public let endpoint: String
    public let why: String
    /// The errno value behind it, when there is one.
    public let code: Int32?

    public init(endpoint: String, why: String, code: Int32?) {
        self.endpoint = endpoint
        self.why = why
        self.code = code
    }

    init(endpoint: String, _ error: ZMQError) {
        let code: Int32? = if case .failed(let code, _) = error { code } else { nil }
        self.init(endpoint: endpoint, why: error.description, code: code)
    }

    public var description: String { "cannot listen on \(endpoint): \(why)" }
}
