import Dispatch
import Foundation
import Participants
import SkaldClient

/// A worker of your own: reserves and frees seats in a SQLite file, each once, however often it is asked.
///
///     seats tcp://127.0.0.1:7117 seats.sqlite
///
/// `seat.reserve {"seat": "12A"}` takes a seat for the saga that asks, `seat.free` gives it back, `seat.probe` tells what
/// became of a reservation. SIGTERM and SIGINT end it when what it holds is answered.
@main
struct SeatsWorker {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let endpoint = arguments.first ?? SkaldClient.defaultEndpoint
        let barrier = try Barrier(path: arguments.dropFirst().first ?? "seats.sqlite")
        let worker = Worker(endpoint, options: options)
        worker.action("seat.reserve") { task in try await barrier.run(task, reserve) }
        worker.action("seat.free") { task in try await barrier.run(task, free) }
        worker.action("seat.probe") { task in try await barrier.probe(task) }
        let signals = [SIGTERM, SIGINT].map { stop(worker, on: $0) }
        try await worker.run()
        for signal in signals { signal.cancel() }
    }

    private static var options: WorkerOptions {
        var options = WorkerOptions(dedupes: true)
        options.log = { line in FileHandle.standardError.write(Data("seats: \(line)\n".utf8)) }
        return options
    }

    private static let reserve: Barrier.Effect = { db, task in
        guard let seat = task.input["seat"]?.stringValue else { throw Refuse("bad_request", "'seat' must be a string") }
        try db.execute(sql: "CREATE TABLE IF NOT EXISTS seats (seat TEXT PRIMARY KEY, saga TEXT NOT NULL)")
        try db.execute(
            sql: "INSERT INTO seats VALUES (?, ?) ON CONFLICT (seat) DO NOTHING", arguments: [seat, task.saga])
        guard db.changesCount == 1 else { throw Refuse("taken", "seat \(seat) is taken") }
        return ["seat": .string(seat)]
    }

    private static let free: Barrier.Effect = { db, task in
        guard let seat = task.doneOperation?.result?["seat"]?.stringValue else {
            throw Refuse("bad_request", "this frees what seat.reserve took")
        }
        try db.execute(sql: "DELETE FROM seats WHERE seat = ? AND saga = ?", arguments: [seat, task.saga])
        return ["freed": .string(seat)]
    }

    private static func stop(_ worker: Worker, on number: Int32) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { worker.stop() }
        source.resume()
        return source
    }
}
