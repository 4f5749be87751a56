import ArgumentParser

struct ServeCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "serve", abstract: "Run a server until it is told to stop (SIGTERM, SIGINT).",
            discussion: """
                \(tool) serve --data skald-data --sagas sagas
                \(tool) serve --data /var/lib/skald --bind ipc:///run/skald.sock --bind tcp://127.0.0.1:7117

                Without --bind it listens on DIR/skald.sock and tcp://127.0.0.1:7117.
                """)
    }

    @Option(help: ArgumentHelp("The store's directory; made if missing.", valueName: "dir")) var data = "skald-data"
    @Option(
        name: .long, help: ArgumentHelp("Listen here, tcp://HOST:PORT or ipc://PATH; may be repeated.", valueName: "endpoint"),
        transform: Endpoint.init(argument:))
    var bind: [Endpoint] = []
    @Option(help: ArgumentHelp("Register every definition in this directory first.", valueName: "dir")) var sagas: String?
    @Flag(help: "Allow --bind on an address other machines can reach, where anyone may do anything.") var insecure = false
    @Option(
        help: ArgumentHelp(
            "How long a command's id is remembered, with its answer, and its unit: 30m, 24h, 7d.", valueName: "duration"))
    var retention = Retention(value: 86_400_000)
    @Option(help: ArgumentHelp("How much of aggregates and live sagas to keep in memory: 64MiB, 1GiB.", valueName: "size"))
    var memory = ByteCount(value: 256 << 20)
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let request = ServeRequest(
            data: data, bind: bind.map(\.text), sagas: sagas, isInsecure: insecure, retention: retention.value,
            memory: memory.value)
        return session.world.serve(request)
    }
}

/// What `serve` was asked to run.
struct ServeRequest: Equatable {
    let data: String
    /// Empty: the server's own choice.
    let bind: [String]
    let sagas: String?
    let isInsecure: Bool
    /// In milliseconds.
    let retention: Int64
    /// In bytes.
    let memory: Int
}
