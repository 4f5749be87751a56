import Synchronization
import Threads
import Wire
import ZeroMQ

/// A tiny server for tests: one ROUTER on a thread, answering as it is told and remembering what came.
final class Responder: Sendable {
    struct Received: Sendable, Equatable {
        let peer: [UInt8]
        let frame: [UInt8]
    }

    /// Frames to send back to the sender; none is silence. `count` is how many frames came before.
    typealias Answers = @Sendable (_ frame: [UInt8], _ count: Int) -> [[UInt8]]

    let endpoint: String
    private let wakeUp: WakeUp
    private let thread: OwnedThread
    private let log: Log

    init(at endpoint: String = "tcp://127.0.0.1:*", _ answers: @escaping Answers) throws {
        let socket = try Socket(Context(), .router, [.routerMandatory(true), .receiveHighWater(0), .sendHighWater(0)])
        try socket.bind(endpoint)
        self.endpoint = try socket.lastEndpoint
        let (log, wakeUp) = (Log(), try WakeUp())
        (self.log, self.wakeUp) = (log, wakeUp)
        thread = try Responder.run(socket, wakeUp, log, answers)
    }

    deinit {
        wakeUp.signal()
        thread.join()
    }

    var received: [Received] { log.entries.withLock { $0 } }

    private static func run(_ socket: sending Socket, _ wakeUp: WakeUp, _ log: Log, _ answers: @escaping Answers) throws
        -> OwnedThread
    {
        try OwnedThread("responder") {
            var poller = Poller()
            _ = poller.add(socket)
            let stop = poller.add(descriptor: wakeUp.descriptor)
            while (try? poller.wait()) != nil, !poller.isReadable(stop) {
                while let frames = try? socket.receiveFrames(.never), let content = frames.last {
                    let count = log.append(Received(peer: frames[0], frame: content))
                    for answer in answers(content, count) { try? socket.send(frames: frames.dropLast() + [answer], .never) }
                }
            }
        }
    }

    private final class Log: Sendable {
        let entries = Mutex<[Received]>([])

        func append(_ entry: Received) -> Int {
            entries.withLock { entries in
                entries.append(entry)
                return entries.count - 1
            }
        }
    }
}

/// Answers every command with version 1, position 1 and its own body, every request with `{}`.
@Sendable func echo(_ frame: [UInt8], _ count: Int) -> [[UInt8]] {
    switch try? ClientMessage.parse(frame) {
    case .command(let command): [Reply.ok(command.id, version: 1, position: 1, result: command.body)]
    case .request(let request): [Reply.ok(request.id, [])]
    case .worker, nil: []
    }
}

func id(of frame: [UInt8]) -> WireID {
    guard let id = try? Frame.parse(frame).id else { preconditionFailure("a frame without an id") }
    return id
}
