public import Engine
public import EventLog
import Synchronization
import ZeroMQ
import Wire

/// A running server: the front door on a thread of its own, over a store that is open.
///
///     let server = try Server(log: log, library: library, configuration: configuration)
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

    /// Opens the engine, then binds: whoever can connect is served. `onEnd` runs on the front door's thread when it is over.
    public init(
        log: any EventLog, library: DefinitionLibrary, engine: EngineConfiguration = EngineConfiguration(),
        clock: any Clock = SystemClock(), entropy: any Entropy = SystemEntropy(), configuration: ServerConfiguration,
        onEnd: @escaping @Sendable () -> Void = {}
    ) throws {
        let writer = try Engine(log: log, library: library, clock: clock, entropy: entropy, configuration: engine)
        let queries = Queries(log: log, library: library, clock: clock, configuration: engine)
        let context = try Context()
        let router = try Socket(context, .router, Self.options)
        endpoints = try configuration.endpoints.map { endpoint in
            do { try router.bind(endpoint) } catch { throw BindFailure(endpoint: endpoint, why: error.description) }
            return try router.lastEndpoint
        }
        let stopping = try WakeUp()
        self.stopping = stopping
        let parts = ServerParts(engine: writer, log: log, library: library, queries: queries, clock: clock)
        let door = try FrontDoor(parts, router, configuration, stopping: stopping)
        let failure = failure
        thread = try OwnedThread("skald-writer") {
            do { try door.run() } catch { failure.error.withLock { $0 = error } }
            onEnd()
        }
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
    public var description: String { "cannot listen on \(endpoint): \(why)" }
}
