import Glibc
import HTTPWorker

/// The worker while it runs; ends the process when it ends.
struct Service {
    private let worker: HTTPWorker
    private let log: @Sendable (String) -> Void

    init(_ configuration: HTTPWorkerConfiguration, endpoint: String, log: @escaping @Sendable (String) -> Void) throws {
        worker = try HTTPWorker(configuration, endpoint: endpoint, authorities: Surroundings.authorities, log: log)
        self.log = log
    }

    func start() {
        let (worker, log) = (worker, log)
        Task {
            if let why = await worker.run() {
                log(why)
                exit(69)
            }
            log("stopped")
            exit(0)
        }
    }

    func stop() { worker.stop() }
}
