import ZeroMQ

/// Answers on their way out. Never blocks: what a connection does not read is held up to a bound, then dropped and counted.
struct Outbox {
    private struct Backlog {
        var frames = Queue<[UInt8]>()
        var bytes = 0
    }

    private var backlogs: [Peer: Backlog] = [:]
    /// Connections with a backlog, in the order they got one.
    private var waiting: [Peer] = []
    private var total = 0
    private(set) var dropped: UInt64 = 0

    var isEmpty: Bool { waiting.isEmpty }

    /// Answers that wait for this connection to read.
    func held(for peer: Peer) -> Int { backlogs[peer]?.frames.count ?? 0 }

    /// Sends one answer, behind those that already wait for the same connection.
    @discardableResult
    mutating func send(_ frame: [UInt8], to peer: Peer, _ router: Socket) -> Outcome {
        if backlogs[peer] == nil {
            switch Self.attempt(frame, peer, router) {
            case .sent: return .sent
            case .gone:
                dropped += 1
                return .gone
            case .full:
                backlogs[peer] = Backlog()
                waiting.append(peer)
            }
        }
        guard let held = backlogs[peer]?.bytes, held + frame.count <= ServerLimits.backlogBytes,
            total + frame.count <= ServerLimits.backlogTotal
        else {
            dropped += 1
            return .full
        }
        backlogs[peer]?.frames.append(frame)
        backlogs[peer]?.bytes += frame.count
        total += frame.count
        return .sent
    }

    /// Tries again for every connection that did not read.
    mutating func flush(_ router: Socket) {
        guard !waiting.isEmpty else { return }
        let peers = waiting
        waiting = peers.filter { flush($0, router) }
    }

    /// Whether something still waits for this connection.
    private mutating func flush(_ peer: Peer, _ router: Socket) -> Bool {
        guard var backlog = backlogs.removeValue(forKey: peer) else { return false }
        while let frame = backlog.frames.first {
            switch Self.attempt(frame, peer, router) {
            case .sent: break
            case .gone: dropped += 1
            case .full:
                backlogs[peer] = backlog
                return true
            }
            _ = backlog.frames.popFirst()
            backlog.bytes -= frame.count
            total -= frame.count
        }
        return false
    }

    /// `full`: dropped, because the connection does not read.
    enum Outcome { case sent, full, gone }

    private static func attempt(_ frame: [UInt8], _ peer: Peer, _ router: Socket) -> Outcome {
        do {
            // ROUTER_MANDATORY tells at the first frame; the rest of an accepted message never blocks.
            try router.send(peer.routingID, more: true, .never)
            if peer.isDelimited { try router.send([], more: true, .never) }
            try router.send(frame, .never)
            return .sent
        } catch {
            return error == .again ? .full : .gone
        }
    }
}
