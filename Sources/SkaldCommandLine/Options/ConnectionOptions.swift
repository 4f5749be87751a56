import ArgumentParser
import Kernel

/// Where the server is and how long to wait for it, for every command that asks one.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server, tcp://HOST:PORT or ipc://PATH; else SKALD_ENDPOINT, else ./skald-data/skald.sock, else tcp://127.0.0.1:7117.",
            valueName: "endpoint"), transform: Endpoint.init(argument:))
    var connect: Endpoint?

    @Option(help: ArgumentHelp("How long to wait: 500ms, 10s, 5m.", valueName: "duration"))
    var timeout: Milliseconds?

    /// Connects to the server. `--timeout` bounds each request; for a command that waits, which asks again and again, it bounds
    /// the whole and a request only when it is shorter than usual.
    func open(_ session: Session, waits: Bool = false) throws(Failure) -> Remote {
        let (world, endpoint) = (session.world, try endpoint(session.world))
        let began = world.now()
        do {
            let asked = timeout?.value ?? Limits.requestTimeout
            let requests = try world.connect(endpoint, waits ? min(asked, Limits.requestTimeout) : asked)
            return Remote(requests: requests, endpoint: endpoint, world: world, timeout: timeout?.value, began: began)
        } catch {
            throw Advice(tool: world.name, subject: .server, endpoint: endpoint, aggregates: world.aggregates).failure(error)
        }
    }

    func view(of saga: String, _ session: Session) throws(Failure) -> JSON {
        try open(session).request("saga.get", ["id": .string(saga)], about: .saga(saga))
    }

    /// How a saga stands now, over a connection of its own: whoever is asked to confirm something next may take his time.
    func standing(of saga: String, _ session: Session) throws(Failure) -> SagaStanding {
        SagaStanding(view: try view(of: saga, session), tool: session.tool)
    }

    /// The endpoint asked for, or the one most likely meant.
    func endpoint(_ world: World) throws(Failure) -> Endpoint {
        if let connect { return connect }
        if let text = world.environment("SKALD_ENDPOINT"), !text.isEmpty {
            do { return try Endpoint(argument: text) } catch {
                throw Failure(
                    .configuration, code: "configuration",
                    "SKALD_ENDPOINT is '\(Plain.text(text))', which is no endpoint: \(error)")
            }
        }
        // Also when nobody listens there any more: what is asked for here is not meant for another server that happens to run.
        return world.isSocket(Endpoint.localSocket) ? Endpoint.local : Endpoint.loopback
    }
}
