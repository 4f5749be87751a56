import Kernel

/// The calls that wait for an answer, and when to lose patience with them. No clock, no socket.
///
///     open ─▶ pending ─▶ close            answered
///               │  ▲
///        due ───┘  └── send again, tries left
///         └──────────▶ expired            no tries left
struct Exchange {
    struct Outgoing: Equatable {
        let id: String
        let frame: [UInt8]
    }

    struct Due: Equatable {
        /// Given up, in the order they were opened; `wasSent` tells a timeout from an unreachable server.
        var expired: [Expired] = []
        /// Everything still pending, in the order it was opened, when the connection is to be made anew; else nil.
        var resend: [Outgoing]?
    }

    struct Expired: Equatable {
        let id: String
        let wasSent: Bool
    }

    private struct Pending {
        let order: UInt64
        let frame: [UInt8]
        let patience: Duration
        var triesLeft: Int
        var dueAt: Instant
        var wasSent = false
    }

    private var pending: [ByteKey: Pending] = [:]
    private var opened: UInt64 = 0
    /// When everything pending was last sent again.
    private var renewedAt: Instant?
    /// No call is due before this. May be early, never late.
    private(set) var nextDue: Instant?

    var count: Int { pending.count }

    func isPending(_ id: String) -> Bool { pending[ByteKey(id)] != nil }

    mutating func open(_ outgoing: Outgoing, patience: Duration, tries: Int, now: Instant) {
        let dueAt = now + patience
        opened += 1
        pending[ByteKey(outgoing.id)] = Pending(
            order: opened, frame: outgoing.frame, patience: patience, triesLeft: max(1, tries) - 1, dueAt: dueAt)
        nextDue = nextDue.map { min($0, dueAt) } ?? dueAt
    }

    mutating func markSent(_ id: String) { pending[ByteKey(id)]?.wasSent = true }

    /// False when nobody waits for this id (any more): a late or repeated answer.
    mutating func close(_ id: String) -> Bool {
        guard pending.removeValue(forKey: ByteKey(id)) != nil else { return false }
        if pending.isEmpty { nextDue = nil }
        return true
    }

    /// Closes everything and names it, in the order it was opened.
    mutating func closeAll() -> [String] {
        let ids = inOrder.map(\.id)
        pending = [:]
        nextDue = nil
        return ids
    }

    /// What silence up to `now` means.
    mutating func due(_ now: Instant) -> Due {
        guard let nextDue, nextDue <= now else { return Due() }
        var due = Due()
        var again = false
        for (id, entry) in inOrder where entry.dueAt <= now {
            guard entry.triesLeft > 0 else {
                due.expired.append(Expired(id: id, wasSent: entry.wasSent))
                pending[ByteKey(id)] = nil
                continue
            }
            again = again || !wasRenewed(entry, now)
            pending[ByteKey(id)]?.triesLeft -= 1
            pending[ByteKey(id)]?.dueAt = now + entry.patience
        }
        if again {
            due.resend = inOrder.map { Outgoing(id: $0.id, frame: $0.entry.frame) }
            renewedAt = now
        }
        self.nextDue = inOrder.map(\.entry.dueAt).min()
        return due
    }

    /// Whether another call's silence has just had this one sent again: that was its try. Without this, calls that were
    /// opened a moment apart would each make the connection anew.
    private func wasRenewed(_ entry: Pending, _ now: Instant) -> Bool {
        renewedAt.map { now - $0 < entry.patience / 2 } ?? false
    }

    private var inOrder: [(id: String, entry: Pending)] {
        pending.map { (id: $0.key.text, entry: $0.value) }.sorted { $0.entry.order < $1.entry.order }
    }
}
