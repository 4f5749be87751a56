import HTTPClient
import SkaldClient

/// A worker whose actions are requests to HTTP services.
public struct HTTPWorker: Sendable {
    private let worker: Worker

    /// `authorities` is a file of certificates to trust instead of the system's. `log` is told, in one line, what a person should know; never what is sent or answered.
    public init(
        _ configuration: HTTPWorkerConfiguration, endpoint: String, authorities: String? = nil,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        let client = try HTTPClient(authorities: authorities)
        var options = WorkerOptions(
            credit: configuration.credit, dedupes: configuration.dedupes, limits: configuration.limits)
        options.log = log
        worker = Worker(endpoint, options: options)
        for action in configuration.actions {
            let runner = HTTPActionRunner(
                action: action, send: { request throws(HTTPFailure) in try await client.send(request) }, log: log)
            worker.action(action.name) { task in try await runner.perform(task) }
        }
    }

    /// Works until `stop`; answers why it ended when nobody asked it to.
    public func run() async -> String? {
        do throws(SkaldError) { try await worker.run() } catch { return "\(error)" }
        return nil
    }

    /// No new tasks; what is held is answered, then `run` returns. Any thread.
    public func stop() { worker.stop() }
}
