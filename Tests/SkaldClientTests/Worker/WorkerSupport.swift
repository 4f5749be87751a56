import Kernel
import SkaldClient
import Synchronization
import Testing
import Wire

func wireID(_ text: String) -> WireID {
    guard let id = WireID(text) else { preconditionFailure("no id: \(text)") }
    return id
}

func action(
    _ id: String, name: String = "airline.reserve", operation: String = "s-1/flight/do", attempt: UInt64 = 1,
    direction: TaskDirection = .do, _ body: JSON = ["input": [:]]
) -> ActionTask {
    ActionTask(
        task: wireID(id), action: name, operation: operation, attempt: attempt, saga: "s-1", step: "flight", direction: direction,
        deadlineMilliseconds: 30_000, epoch: 7, headers: [Header("x-who", "till 4")], body: body.bytes)
}

/// What a worker said, or nil when that was something else.
func said(_ frame: [UInt8]) -> WorkerMessage? {
    guard case .worker(let message)? = try? ClientMessage.parse(frame) else { return nil }
    return message
}

func welcome(_ id: WireID, heartbeat: Int64 = 60_000, epoch: UInt64 = 7) -> [UInt8] {
    WorkerPush.welcome(id, Welcome(epoch: epoch, heartbeatMilliseconds: heartbeat, server: "0190")).encoded
}

extension Responder {
    /// Welcomes whoever is ready, gives the first one `tasks`, and says nothing else.
    static func serving(_ tasks: [ActionTask], heartbeat: Int64 = 60_000) throws -> Responder {
        let isFirst = Mutex(true)
        return try Responder { frame, _ in
            guard case .ready(let id, _)? = said(frame) else { return [] }
            let given = isFirst.withLock { first in
                defer { first = false }
                return first ? tasks : []
            }
            return [welcome(id, heartbeat: heartbeat)] + given.map(\.encoded)
        }
    }

    var messages: [WorkerMessage] { received.compactMap { said($0.frame) } }

    var readies: [Ready] { messages.compactMap { if case .ready(_, let ready) = $0 { ready } else { nil } } }

    /// Everything but readies and heartbeats.
    var answers: [WorkerMessage] {
        messages.filter {
            switch $0 {
            case .ready, .heartbeat: false
            default: true
            }
        }
    }

    func has(_ message: WorkerMessage) -> Bool { messages.contains(message) }
}

/// Waits until `condition` holds; records an issue when it does not after many looks, however slow the machine is.
func eventually(_ what: String, _ condition: () -> Bool) async throws {
    for _ in 0..<5000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(2))
    }
    Issue.record("still not: \(what)")
}

/// Lets handlers wait until they are let go.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock { $0.waiters.count } }

    func pass() async {
        await withCheckedContinuation { waiter in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
