import Dispatch
import Foundation
import SkaldClient

/// A worker for the saga `order-fulfilment`, with a SQLite file for each participant and the barrier around every effect.
///
///     fulfilment --endpoint tcp://127.0.0.1:7117 --data orders --actions stock,payment
///
/// It does what `Examples/order-fulfilment/worker.py` does, on the same files: any number of both may share the work, and an
/// operation that one of them began is known to all. SIGTERM and SIGINT end it when what it holds is answered.
@main
struct FulfilmentWorker {
    static func main() async {
        if CommandLine.arguments.dropFirst().contains("--help") { return print(Options.help, terminator: "") }
        do {
            try await run(Options(CommandLine.arguments.dropFirst()))
        } catch {
            say("error: \(error)")
            exit(error is Options.Wrong ? 64 : 1)
        }
    }

    private static func run(_ options: Options) async throws {
        let worker = Worker(options.endpoint, options: workerOptions(options))
        let trouble = Trouble(chance: options.trouble, latency: options.latency, late: options.late)
        try FileManager.default.createDirectory(atPath: options.data, withIntermediateDirectories: true)
        for name in options.actions {
            let path = "\(options.data)/\(name).sqlite"
            switch name {
            case "stock": try Stock(path).offer(to: worker, trouble)
            case "payment": try Payment(path).offer(to: worker, trouble)
            case "shipping": try Shipping(path).offer(to: worker, trouble)
            default: try Notify(path).offer(to: worker, trouble)
            }
        }
        let signals = [SIGTERM, SIGINT].map { stop(worker, on: $0) }
        try await worker.run()
        for signal in signals { signal.cancel() }
    }

    private static func workerOptions(_ options: Options) -> WorkerOptions {
        var known = WorkerOptions(credit: options.credit, dedupes: true)
        known.heartbeat = .milliseconds(Int(options.heartbeat * 1000))
        known.log = { line in say(line) }
        return known
    }

    private static func stop(_ worker: Worker, on number: Int32) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { worker.stop() }
        source.resume()
        return source
    }

    private static func say(_ line: String) { FileHandle.standardError.write(Data("fulfilment: \(line)\n".utf8)) }
}
