import Engine
import Wire

/// Between the connections of workers and the engine that knows them by numbers.
extension FrontDoor {
    /// What a worker says, as the engine takes it; nil for one without a session, who is told so.
    func input(_ message: WorkerMessage, from peer: Peer) -> EngineInput? {
        if case .ready = message { return EngineInput(tag: Self.untagged, .message(message, sessions.open(peer))) }
        guard let number = sessions.number(of: peer) else {
            let fault = Fault(.unknownSession, "this connection has not said `ready`; say it, with what you hold in `holding`")
            outbox.send(Reply.error(message.id, fault), to: peer, router)
            counters.refused += 1
            return nil
        }
        return EngineInput(tag: Self.untagged, .message(message, number))
    }

    /// An answer to a task that cannot be read, for the engine; nil when it was none.
    func input(nonsense error: FrameError, from peer: Peer) -> EngineInput? {
        guard let task = error.task, let number = sessions.number(of: peer) else { return nil }
        return EngineInput(tag: Self.untagged, .nonsense(task, error.fault, number))
    }

    /// Sends what the engine has for workers; whose connection is gone, it hears of with the next batch.
    func deliver(_ output: EngineOutput) {
        for frame in output.frames {
            guard let peer = sessions.peer(frame.peer) else { continue }
            if outbox.send(frame.bytes, to: peer, router) == .gone { lost.append(frame.peer) }
        }
        for number in output.departed { sessions.close(number) }
        lost.removeAll { sessions.peer($0) == nil }
    }

    /// The server goes down: workers come back to the next one with what they hold.
    func dismissWorkers() {
        for peer in sessions.all { outbox.send(WorkerPush.bye.encoded, to: peer, router) }
    }

    static let untagged = -1
}
