import Synchronization
import Wire
import ZeroMQ

/// Hands what handlers say to the thread that owns the worker's socket.
final class WorkerPost: Sendable {
    enum Letter: Sendable {
        case answered(WireID, [UInt8])
        case working(WireID)
        case stop
    }

    private struct State {
        var letters: [Letter] = []
        var outcome: SkaldError?
    }

    private let state = Mutex(State())
    let wakeUp: WakeUp

    init() throws(ZMQError) { wakeUp = try WakeUp() }

    /// Any thread, never blocking for long.
    func post(_ letter: Letter) {
        state.withLock { $0.letters.append(letter) }
        wakeUp.signal()
    }

    func take() -> [Letter] {
        wakeUp.drain()
        return state.withLock { state in
            defer { state.letters = [] }
            return state.letters
        }
    }

    /// Why the worker ended, when not because it was asked to.
    var outcome: SkaldError? {
        get { state.withLock { $0.outcome } }
        set { state.withLock { $0.outcome = newValue } }
    }
}
