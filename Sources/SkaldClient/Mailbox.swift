import Kernel
import Synchronization
import Threads
import Wire
import ZeroMQ

/// Hands calls from tasks to the thread that owns the socket, and answers back.
final class Mailbox: Sendable {
    typealias Waiter = CheckedContinuation<Result<Answer, SkaldError>, Never>

    enum Letter {
        case call(WireID, frame: [UInt8], wait: Duration, Waiter)
        case cancel(String, SkaldError)
        case close
    }

    private struct State {
        var letters: [Letter] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp

    private init(_ wakeUp: WakeUp) { self.wakeUp = wakeUp }

    /// Opens the socket and starts its thread, which ends with `.close`.
    static func start(_ endpoint: String, _ context: Context, _ options: ClientOptions) throws(SkaldError) -> Mailbox {
        do {
            let mailbox = Mailbox(try WakeUp())
            _ = try OwnedThread("skald-client") { mailbox.run(endpoint, context, options) }
            return mailbox
        } catch {
            throw .invalid("cannot start the client's thread: \(error)")
        }
    }

    /// Any thread, never blocking for long. Letters behind the closing one are answered `.closed`.
    func post(_ letter: Letter) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.letters.append(letter) }
            if case .close = letter { state.isClosed = true }
            return state.isClosed
        }
        wakeUp.signal()
        if isClosed, case .call(_, _, _, let waiter) = letter { waiter.resume(returning: .failure(.closed)) }
    }

    func answer(_ id: WireID, _ frame: [UInt8], wait: Duration = .zero) async throws(SkaldError) -> Answer {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                post(.call(id, frame: frame, wait: wait, waiter))
                // Cancelled before there was a call to cancel.
                if Task.isCancelled { post(.cancel(id.text, .cancelled)) }
            }
        } onCancel: {
            post(.cancel(id.text, .cancelled))
        }
        return try result.get()
    }

    private func take() -> [Letter] {
        state.withLock { state in
            defer { state.letters = [] }
            return state.letters
        }
    }

    /// The body of the thread.
    private func run(_ endpoint: String, _ context: Context, _ options: ClientOptions) {
        var desk = Desk()
        do throws(SkaldError) {
            let courier = try Courier(endpoint, context, options, wakeUp: wakeUp)
            while !desk.isClosed {
                for outcome in try courier.pump(until: .now + ClientLimits.wait) { desk.answer(outcome) }
                wakeUp.drain()
                for letter in take() { desk.open(letter, courier) }
            }
            for outcome in courier.abandon(.closed) { desk.answer(outcome) }
        } catch {
            post(.close)
            for letter in take() { desk.refuse(letter, error) }
            desk.refuseAll(error)
        }
    }
}

/// Who waits for what; lives on the client's thread.
private struct Desk {
    private var waiters: [ByteKey: Mailbox.Waiter] = [:]
    private(set) var isClosed = false

    mutating func answer(_ outcome: Courier.Outcome) {
        waiters.removeValue(forKey: ByteKey(outcome.id))?.resume(returning: outcome.result)
    }

    mutating func open(_ letter: Mailbox.Letter, _ courier: Courier) {
        switch letter {
        case .close: isClosed = true
        case .cancel(let id, let error):
            courier.forget(id)
            answer((id, .failure(error)))
        case .call(let id, let frame, let wait, let waiter):
            do throws(SkaldError) {
                try courier.post(id, frame, wait: wait)
                waiters[ByteKey(id.text)] = waiter
            } catch {
                waiter.resume(returning: .failure(error))
            }
        }
    }

    func refuse(_ letter: Mailbox.Letter, _ error: SkaldError) {
        if case .call(_, _, _, let waiter) = letter { waiter.resume(returning: .failure(error)) }
    }

    /// The connection is beyond repair; the order in which waiting tasks learn it does not show.
    mutating func refuseAll(_ error: SkaldError) {
        for waiter in waiters.values { waiter.resume(returning: .failure(error)) }
        waiters = [:]
    }
}
