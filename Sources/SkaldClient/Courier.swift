import Wire
import ZeroMQ

/// What came back for one call.
struct Answer: Sendable {
    let words: [String?]
    let body: [UInt8]
}

/// Carries calls to the server and answers back: the exchange, joined to a link. Used by one thread.
final class Courier {
    typealias Outcome = (id: String, result: Result<Answer, SkaldError>)

    private let options: ClientOptions
    private var link: Link
    private var exchange = Exchange()
    /// What waits for room or a connection, oldest first, from `sent` on.
    private var outbox: [Exchange.Outgoing] = []
    private var sent = 0
    /// Said instead of "no answer" when something came that could not be read.
    private var garbage: String?

    init(_ endpoint: String, _ context: Context, _ options: ClientOptions, wakeUp: WakeUp? = nil) throws(SkaldError) {
        self.options = options
        do throws(ZMQError) {
            link = try Link(endpoint, context, wakeUp: wakeUp)
        } catch {
            throw .invalid("cannot connect to '\(endpoint)': \(error)")
        }
    }

    var outstanding: Int { exchange.count }

    /// Takes a call on its way. `wait` is how long the server was asked to wait before it answers.
    /// `within` replaces patience and tries: one try that gives up after so long.
    func post(_ id: WireID, _ frame: [UInt8], wait: Duration = .zero, within: Duration? = nil) throws(SkaldError) {
        guard exchange.count < ClientLimits.outstanding else {
            throw .invalid("\(ClientLimits.outstanding) calls wait for an answer already; receive some first")
        }
        guard !exchange.isPending(id.text) else { throw .invalid("a call with the id '\(id.text)' waits for its answer already") }
        let outgoing = Exchange.Outgoing(id: id.text, frame: frame)
        exchange.open(
            outgoing, patience: within ?? options.patience + wait, tries: within == nil ? options.tries : 1, now: .now)
        if outbox.count > 2 * exchange.count + 64 { dropForgotten() }
        outbox.append(outgoing)
        try perform { () throws(ZMQError) in try flush() }
    }

    /// Forgets a call; its answer will be ignored.
    func forget(_ id: String) { _ = exchange.close(id) }

    /// Waits, at most until `deadline`, for something to happen, and gives what was answered or given up since.
    func pump(until deadline: Instant) throws(SkaldError) -> [Outcome] {
        let now = Instant.now
        let until = exchange.nextDue.map { min($0, deadline) } ?? deadline
        var outcomes: [Outcome] = []
        try perform { () throws(ZMQError) in
            try link.wait(until - now, forRoom: sent < outbox.count)
            try flush()
            try receive(into: &outcomes)
            try loosePatience(into: &outcomes)
        }
        return outcomes
    }

    /// Everything still waiting, given up with `error`.
    func abandon(_ error: SkaldError) -> [Outcome] { exchange.closeAll().map { ($0, .failure(error)) } }

    private func flush() throws(ZMQError) {
        while sent < outbox.count {
            let next = outbox[sent]
            if exchange.isPending(next.id) {
                guard try link.send(next.frame) else { return }
                exchange.markSent(next.id)
            }
            sent += 1
        }
        outbox.removeAll(keepingCapacity: true)
        sent = 0
    }

    /// Keeps the outbox as short as the list of those who wait, while there is no connection to empty it.
    private func dropForgotten() {
        outbox = outbox[sent...].filter { exchange.isPending($0.id) }
        sent = 0
    }

    private func receive(into outcomes: inout [Outcome]) throws(ZMQError) {
        while let reply = try link.receive({ bytes in Result { () throws(FrameError) in try ServerReply.parse(bytes) } }) {
            switch reply {
            case .success(.ok(let id, let words, let body)):
                if exchange.close(id.text) { outcomes.append((id.text, .success(Answer(words: words, body: body)))) }
            case .success(.error(let id, let code, let message, let details)):
                let error = SkaldError.refused(code: code, message: message, details: details)
                // Our ids can always be read, so an error under none concerns all that is spoken here.
                guard let id else {
                    outcomes += abandon(error)
                    return
                }
                if exchange.close(id.text) { outcomes.append((id.text, .failure(error))) }
            case .failure(let error): garbage = error.fault.message
            }
        }
    }

    private func loosePatience(into outcomes: inout [Outcome]) throws(ZMQError) {
        let due = exchange.due(.now)
        for call in due.expired {
            let silence = call.wasSent ? SkaldError.timeout(id: call.id) : .unreachable(endpoint: link.endpoint)
            outcomes.append((call.id, .failure(garbage.map { .malformedReply($0) } ?? silence)))
        }
        guard let resend = due.resend else { return }
        try link.reopen()
        (outbox, sent) = (resend, 0)
        try flush()
    }

    private func perform(_ work: () throws(ZMQError) -> Void) throws(SkaldError) {
        do throws(ZMQError) { try work() } catch {
            throw error == .terminated ? .closed : .invalid("the connection to '\(link.endpoint)' failed: \(error)")
        }
    }
}
