import DemoDomain
import Engine
import EventLog
import Glibc
import Kernel
import Synchronization
import Wire
import ZeroMQ

@testable import Server

/// A log whose readers and commits, but not those of the thread that made it, wait while the gate is held.
final class GatedLog: EventLog {
    private let inner = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
    private let owner = pthread_self()
    let gate = Mutex(())
    var identity: StoreIdentity { inner.identity }
    var space: SpaceState { inner.space }

    func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result {
        if pthread_equal(pthread_self(), owner) == 0 { gate.withLock { _ in } }
        return try inner.read(body)
    }

    func failNextCommit(_ failure: LogFailure) { inner.failNextCommit(failure) }

    func commit(_ commit: Commit) throws(LogFailure) {
        if pthread_equal(pthread_self(), owner) == 0 { gate.withLock { _ in } }
        try inner.commit(commit)
    }
}

/// A front door driven by hand, its clients in the same process: what they have sent has arrived.
final class Door {
    let log = GatedLog()
    let engine: Engine
    let front: FrontDoor
    let client: Socket
    let stopping: WakeUp
    private let router: Socket
    private var asked = 0

    init() throws {
        let library = try DefinitionLibrary(registry: try Registry(DemoDomain.handlers), log: log)
        let settings = EngineConfiguration()
        let clock = SystemClock()
        engine = try Engine(log: log, library: library, clock: clock, entropy: SystemEntropy(), configuration: settings)
        router = try Socket(try Context(), .router, [.routerMandatory(true), .sendHighWater(0), .receiveHighWater(0)])
        try router.bind("inproc://door")
        client = try Self.client(of: router)
        stopping = try WakeUp()
        let queries = Queries(log: log, library: library, clock: clock, configuration: settings)
        let configuration = ServerConfiguration(endpoints: [], version: "0", data: "/var/lib/skald") { _ in }
        front = try FrontDoor(engine, queries, clock, router, configuration, stopping: stopping)
    }

    /// Its threads hold what they work for, so they are ended by hand.
    deinit {
        front.committer.stop()
        front.pool.stop()
    }

    func another() throws -> Socket { try Self.client(of: router) }

    private static func client(of router: Socket) throws -> Socket {
        let socket = try Socket(router.context, .dealer, [.sendHighWater(0), .receiveHighWater(0)])
        try socket.connect("inproc://door")
        return socket
    }

    func send(_ text: String) throws { try client.send(Array(text.utf8)) }

    func request(_ id: String, _ operation: String, _ arguments: JSON = [:]) throws {
        try send("SKALD1 request \(id) \(operation)\n\(arguments.text)")
    }

    /// What the client can receive now.
    func received(_ socket: Socket? = nil) -> [String] {
        var texts: [String] = []
        while let frames = try? (socket ?? client).receiveFrames(.never) {
            texts.append(String(decoding: frames.last ?? [], as: UTF8.self))
        }
        return texts
    }

    /// Serves until so many answers have come, at most some seconds.
    func answers(_ count: Int, _ socket: Socket? = nil, within milliseconds: Int64 = 20_000) throws -> [String] {
        let time = Countdown(milliseconds: milliseconds)
        var texts: [String] = []
        while texts.count < count, !time.isOver {
            front.deliverResults()
            _ = try front.turn(receiving: true)
            front.outbox.flush(router)
            texts += received(socket)
        }
        return texts
    }

    /// One request and its answer's body.
    func ask(_ operation: String, _ arguments: JSON = [:]) throws -> JSON {
        asked += 1
        try request("ask-\(asked)", operation, arguments)
        let text = try answers(1).first ?? ""
        return try JSON.parse(Array(text.utf8.drop { $0 != UInt8(ascii: "\n") }))
    }

    /// Tells it to stop and serves to the end; everything the client was sent meanwhile.
    func drained() throws -> [String] {
        stopping.signal()
        try front.run()
        return received()
    }
}
