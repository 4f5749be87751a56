import Threads
import Wire
import ZeroMQ

/// A tiny server: one ROUTER on a thread of its own that answers each message as it is told; nil is silence.
final class Responder {
    let endpoint: String
    private let wakeUp: WakeUp
    private let thread: OwnedThread

    init(_ answer: @escaping @Sendable (ClientMessage) -> [UInt8]?) throws {
        let socket = try Socket(Context(), .router)
        try socket.bind("tcp://127.0.0.1:*")
        endpoint = try socket.lastEndpoint
        let wakeUp = try WakeUp()
        self.wakeUp = wakeUp
        thread = try Self.run(socket, wakeUp, answer)
    }

    deinit {
        wakeUp.signal()
        thread.join()
    }

    /// `{}` to whatever was asked.
    static func empty(_ message: ClientMessage) -> [UInt8] {
        switch message {
        case .command(let command): Reply.ok(command.id, version: 0, position: 0, result: [])
        case .request(let request): Reply.ok(request.id, [])
        case .worker(let message): Reply.error(message.id, Fault(.unknownOperation, "no workers here"))
        }
    }

    private static func run(
        _ socket: sending Socket, _ wakeUp: WakeUp, _ answer: @escaping @Sendable (ClientMessage) -> [UInt8]?
    ) throws -> OwnedThread {
        try OwnedThread("responder") {
            var poller = Poller()
            _ = poller.add(socket)
            let stop = poller.add(descriptor: wakeUp.descriptor)
            while (try? poller.wait()) != nil, !poller.isReadable(stop) {
                while let frames = try? socket.receiveFrames(.never), frames.count == 2 {
                    guard let message = try? ClientMessage.parse(frames[1]), let reply = answer(message) else { continue }
                    try? socket.send(to: frames[0], reply)
                }
            }
        }
    }
}
