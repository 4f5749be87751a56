import Engine
import EventLog
import EventLogLMDB
import Glibc
public import Kernel
import Server
import Threads

/// A whole server in one call: opens the store, registers definitions, serves until it is told to stop.
///
///     let status = Host.run(ServeOptions(data: "./data"), aggregates: [AggregateHandler(Basket.self)])
///
/// Blocks the calling thread, which must be the program's main one: it takes SIGTERM and SIGINT for the whole process.
public enum Host {
    /// Returns the status to exit with: 0 after a clean stop, else see `ServeFailure`. Talks to stderr, one line a time.
    public static func run(_ options: ServeOptions, aggregates: [AggregateHandler], name: String = "skald", version: String)
        -> Int32
    {
        let out = OperatorLog(name: name)
        do {
            try serve(options, aggregates, version, out)
            return 0
        } catch let failure as ServeFailure {
            out.say("\(failure)")
            return failure.status
        } catch let failure as LogFailure {
            out.say("the store has failed: \(failure)")
            out.say("nothing more was acknowledged; run `\(name) store verify --data \(options.data)`, then start again")
            return 74
        } catch {
            out.say("\(error)")
            return 74
        }
    }

    private static func serve(_ options: ServeOptions, _ aggregates: [AggregateHandler], _ version: String, _ out: OperatorLog)
        throws
    {
        let name = out.name
        // Every thread started from here on leaves these signals to the one that waits for them.
        let signals = StopSignals()
        OpenFiles.allowAll()
        Heap.keepFreedMemory()
        try Endpoints.check(options)
        try check(memory: options.memory)
        let registry: Registry
        do throws(RegistryError) { registry = try Registry(aggregates) } catch {
            throw ServeFailure.configuration(error.description)
        }
        prepareLastWords(name, options.data)
        let folder = options.sagas.map(SagaFolder.init)
        try folder?.check()
        let isNew = access("\(options.data)/STORE", F_OK) != 0
        let log = try open(options.data)
        Endpoints.removeAbandoned("\(options.data)/\(ServeOptions.socketName)")
        // A misspelt path makes one too, and looks as if everything were gone.
        if isNew { out.say("a new store in \(options.data)") }
        let library = try DefinitionLibrary(registry: registry, log: log)
        let settings = EngineConfiguration(retention: options.retention, memory: options.memory)
        let clock = SystemClock(floor: try log.read { $0.head.time })
        let engine = try Engine(
            log: log, library: library, clock: clock, entropy: SystemEntropy(),
            crashes: try TrapJournal(path: "\(options.data)/crashes"), configuration: settings)
        try folder?.install(into: engine).forEach { out.say("warning: \($0)") }
        if !isNew {
            out.say("the store in \(options.data) ends at position \(try log.read { $0.head.position }); epoch \(engine.epoch)")
        }
        let configuration = ServerConfiguration(
            endpoints: options.bound, name: name, version: version, data: Files.resolved(options.data)
        ) { out.say($0) }
        let queries = Queries(log: log, library: library, clock: clock, configuration: settings)
        let server: Server
        for endpoint in options.bound { try Endpoints.checkFile(endpoint) }
        do {
            server = try Server(
                engine: engine, queries: queries, clock: clock, configuration: configuration, onEnd: StopSignals.interrupt)
        } catch let failure as BindFailure {
            throw ServeFailure.unavailable(BindAdvice(failure: failure).text)
        }
        out.say("ready on \(server.endpoints.joined(separator: " "))")
        signals.wait()
        server.stop()
        try server.waitUntilStopped()
        removeSockets(of: server, beside: options.data)
        out.say("stopped")
    }

    private static func prepareLastWords(_ name: String, _ data: String) {
        LastWords.prepare(
            """
            \(name): the server was ended by a bad access or an assertion; nothing that was acknowledged is lost by that
            \(name): run `\(name) store verify --data \(data)`: if the store is damaged, restore a backup into another directory

            """)
    }

    private static func open(_ data: String) throws(ServeFailure) -> LMDBEventLog {
        do throws(StoreFailure) { return try LMDBEventLog(path: data) } catch { throw .storage(error.description) }
    }

    /// libzmq leaves them behind. Beside the store, whose lock is held, nobody else can have made them since.
    private static func removeSockets(of server: Server, beside data: String) {
        for endpoint in server.endpoints where endpoint.hasPrefix("ipc://\(data)/") { unlink(String(endpoint.dropFirst(6))) }
    }

    static func check(memory: Int) throws(ServeFailure) {
        guard memory < EngineLimits.leastMemory else { return }
        throw .configuration(
            "\(memory) bytes of memory are too little to serve well; give at least --memory \(EngineLimits.leastMemory >> 20)MiB")
    }
}
