import Engine
import Kernel
import Wire
import ZeroMQ

/// Taking messages in: frames checked before anything is decoded, an answer for every readable id.
extension FrontDoor {
    /// Takes the next message that has arrived: into `arrivals` when it is for the engine. Answers as how many messages it counts, or nil
    /// when there is none.
    func receive(_ content: inout Message, into arrivals: inout Arrivals) throws -> Int? {
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
        let message: ClientMessage
        do throws(FrameError) {
            message = try content.withBytes { bytes throws(FrameError) in try ClientMessage.parse(bytes) }
        } catch {
            if content.more { _ = try router.skipRest(of: &content) }
            return refuse(error, peer, &arrivals)
        }
        let extra = content.more ? try router.skipRest(of: &content) : 0
        return extra > 0 ? refuse(message.id, extra, peer) : take(message, peer, &arrivals)
    }

    // Owned, so that its parts go on as they are.
    private func take(_ message: consuming ClientMessage, _ peer: Peer, _ arrivals: inout Arrivals) -> Int {
        switch consume message {
        case .worker(let message):
            let input = input(message, from: peer)
            if let input { arrivals.inputs.append(input) }
            if case .message(.ready, _)? = input?.content { return ServerLimits.readyWeight }
            return 1
        case .command(let command):
            let id = command.id
            if admit(command, from: peer) { arrivals.add(.command(command), id, peer, tag: nextTag) }
            return 1
        case .request(let request):
            if admit(request, from: peer) { arrivals.add(.request(request), request.id, peer, tag: nextTag) }
            return ServerLimits.requestWeight
        }
    }

    /// Most messages come from where the one before came from.
    private func routingID(_ frame: borrowing Message) -> [UInt8] {
        if frame.withBytes({ bytes in lastRoutingID.withUnsafeBytes { $0.elementsEqual(bytes) } }) { return lastRoutingID }
        lastRoutingID = frame.bytes
        return lastRoutingID
    }

    private func dropped() -> Int {
        counters.dropped += 1
        return 1
    }

    private func refuse(_ error: FrameError, _ peer: Peer, _ arrivals: inout Arrivals) -> Int {
        guard let reply = error.reply else { return dropped() }
        counters.refused += 1
        outbox.send(reply, to: peer, router)
        if let input = input(nonsense: error, from: peer) { arrivals.inputs.append(input) }
        return 1
    }

    private func refuse(_ id: WireID?, _ extra: Int, _ peer: Peer) -> Int {
        let fault = Fault(.badRequest, "the message has \(extra + 1) content frames; one is allowed: header line, newline, body")
        outbox.send(Reply.error(id, fault), to: peer, router)
        counters.refused += 1
        return 1
    }

    func respond(_ answer: Answer, _ id: WireID, _ peer: Peer) { outbox.send(answer.encoded(for: id), to: peer, router) }

    /// Whether a command is for the writer; else it has been refused.
    private func admit(_ command: CommandRequest, from peer: Peer) -> Bool {
        counters.commands += 1
        // Its answers do not leave: more work for it would only pile up.
        guard outbox.isEmpty || outbox.held(for: peer) < ServerLimits.inFlight else {
            respond(.fault(Self.busy("\(ServerLimits.inFlight) answers wait for you to read them")), command.id, peer)
            return false
        }
        guard waiting.isEmpty || waiting[peer, default: 0] < ServerLimits.inFlight else {
            respond(.fault(Self.busy("\(ServerLimits.inFlight) commands of yours wait for workers")), command.id, peer)
            return false
        }
        return true
    }

    /// Whether a request is for the writer; else it is served beside it, or has been refused.
    private func admit(_ request: OperationRequest, from peer: Peer) -> Bool {
        counters.requests += 1
        if Engine.operations.contains(request.operation) || queries.isForWorkers(request) { return true }
        if request.operation == "server.info" {
            respond(serverInfo(request), request.id, peer)
        } else if Queries.operations.contains(request.operation) {
            read(request, peer)
        } else {
            respond(.fault(Self.unknown(request.operation)), request.id, peer)
        }
        return false
    }

    private static func unknown(_ operation: String) -> Fault {
        let known = Engine.operations + Queries.operations + ["server.info"]
        let hint = Suggestion.nearest(to: operation, among: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
        return Fault(.unknownOperation, "there is no operation '\(operation)'\(hint)")
    }
}
