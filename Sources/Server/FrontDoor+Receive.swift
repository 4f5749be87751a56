import Engine
import Kernel
import Wire
import ZeroMQ

/// Taking messages in: frames checked before anything is decoded, an answer for every readable id.
extension FrontDoor {
    /// One message off the socket; `message` is nil when it was refused or dropped.
    struct Arrival {
        var message: (ClientMessage, Peer)?
        /// Of a worker: for the engine, and not answered.
        var worker: EngineInput?

        /// As how many messages it counts in its batch.
        var weight: Int {
            if case .message(.ready, _)? = worker?.content { return ServerLimits.readyWeight }
            if case .request? = message?.0 { return ServerLimits.requestWeight }
            return 1
        }
    }

    /// The next message that has arrived, or nil when there is none.
    func receive(_ content: inout Message) throws -> Arrival? {
        guard try router.receiveIfReady(into: &content) else { return nil }
        let routingID = routingID(content)
        guard content.more else { return dropped() }
        try router.receive(into: &content, .never)
        var isDelimited = false
        if content.size == 0 {
            guard content.more else { return dropped() }
            isDelimited = true
            try router.receive(into: &content, .never)
        }
        let peer = Peer(routingID: routingID, isDelimited: isDelimited)
        let parsed = content.withBytes { bytes in Result { () throws(FrameError) in try ClientMessage.parse(bytes) } }
        let extra = content.more ? try router.skipRest(of: &content) : 0
        if extra > 0 { return refuse(parsed, extra, peer) }
        switch parsed {
        case .success(.worker(let message)): return Arrival(worker: input(message, from: peer))
        case .success(let message): return Arrival(message: (message, peer))
        case .failure(let error): return refuse(error, peer)
        }
    }

    /// Most messages come from where the one before came from.
    private func routingID(_ frame: borrowing Message) -> [UInt8] {
        if frame.withBytes({ bytes in lastRoutingID.withUnsafeBytes { $0.elementsEqual(bytes) } }) { return lastRoutingID }
        lastRoutingID = frame.bytes
        return lastRoutingID
    }

    private func dropped() -> Arrival {
        counters.dropped += 1
        return Arrival(message: nil)
    }

    private func refuse(_ error: FrameError, _ peer: Peer) -> Arrival {
        guard let reply = error.reply else { return dropped() }
        counters.refused += 1
        outbox.send(reply, to: peer, router)
        return Arrival(worker: input(nonsense: error, from: peer))
    }

    private func refuse(_ parsed: Result<ClientMessage, FrameError>, _ extra: Int, _ peer: Peer) -> Arrival {
        let fault = Fault(.badRequest, "the message has \(extra + 1) content frames; one is allowed: header line, newline, body")
        switch parsed {
        case .success(let message): outbox.send(Reply.error(message.id, fault), to: peer, router)
        case .failure(let error): return refuse(error, peer)
        }
        counters.refused += 1
        return Arrival(message: nil)
    }

    func respond(_ answer: Answer, _ id: WireID, _ peer: Peer) { outbox.send(answer.encoded(for: id), to: peer, router) }

    /// Sorts a message: the id of one that is for the writer, nil for one that is served or refused here.
    func accept(_ message: ClientMessage, from peer: Peer) -> WireID? {
        switch message {
        case .command(let command):
            counters.commands += 1
            // Its answers do not leave: more work for it would only pile up.
            guard outbox.isEmpty || outbox.held(for: peer) < ServerLimits.inFlight else {
                let fault = Self.busy("\(ServerLimits.inFlight) answers wait for you to read them")
                respond(.fault(fault), command.id, peer)
                return nil
            }
            guard waiting.isEmpty || waiting[peer, default: 0] < ServerLimits.inFlight else {
                respond(.fault(Self.busy("\(ServerLimits.inFlight) commands of yours wait for workers")), command.id, peer)
                return nil
            }
            return command.id
        case .request(let request):
            counters.requests += 1
            if Engine.operations.contains(request.operation) || queries.isForWorkers(request) { return request.id }
            if request.operation == "server.info" {
                respond(serverInfo(request), request.id, peer)
            } else if Queries.operations.contains(request.operation) {
                read(request, peer)
            } else {
                respond(.fault(Self.unknown(request.operation)), request.id, peer)
            }
            return nil
        case .worker: return nil
        }
    }

    private static func unknown(_ operation: String) -> Fault {
        let known = Engine.operations + Queries.operations + ["server.info"]
        let hint = Suggestion.nearest(to: operation, among: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
        return Fault(.unknownOperation, "there is no operation '\(operation)'\(hint)")
    }
}
