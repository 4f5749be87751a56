import Hosting
import Kernel

/// From the command line's `serve` to the server that is embedded.
enum ServeBridge {
    /// Blocks until the server has stopped. It talks to standard error itself, so a failure is told by its status alone.
    static func run(_ request: ServeRequest, _ aggregates: [AggregateHandler], name: String) -> ProcessStatus {
        let options = ServeOptions(
            data: request.data, endpoints: request.bind, sagas: request.sagas, isInsecure: request.isInsecure,
            retention: request.retention, memory: request.memory)
        let status = Host.run(options, aggregates: aggregates, name: name, version: Release.version)
        return ProcessStatus(rawValue: status) ?? .failed
    }
}
