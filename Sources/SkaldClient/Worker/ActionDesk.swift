import Kernel
import Wire

/// Runs one handler and says what became of it.
struct ActionDesk {
    /// Nil when nobody here has offered the action.
    let handler: Worker.Handler?
    let log: @Sendable (String) -> Void

    func answer(_ task: ActionTask, arrived: Instant, working: @escaping @Sendable () -> Void) async -> WorkerMessage {
        let id = task.task
        guard let handler else {
            return .retry(id, afterMilliseconds: 1000, message: "this worker does not run '\(task.action)'")
        }
        guard let attempt = WorkerTask(task, arrived: arrived, working: working) else {
            return .unknown(id, message: "the body of the task is not that of an action")
        }
        do {
            return .done(id, try await handler(attempt).body)
        } catch let refusal as Refuse {
            guard Names.isName(refusal.code) else {
                let message = "refused with '\(refusal.code)', which is no code: [a-z][a-z0-9_.-]{0,62}"
                return unmeant(task, message, "a refusal without a code")
            }
            return .refuse(id, code: refusal.code, message: refusal.message.short)
        } catch let notNow as NotNow {
            let after = min(max(0, notNow.after.milliseconds), Int64(WorkerLimits.retryAfter))
            return .retry(id, afterMilliseconds: after, message: notNow.message.short)
        } catch let unknown as Unknown {
            return .unknown(id, message: unknown.message.short)
        } catch {
            return unmeant(task, "\(error)", "an error of the type \(type(of: error))")
        }
    }

    private func unmeant(_ task: ActionTask, _ message: String, _ kind: String) -> WorkerMessage {
        log("\(task.action): \(kind) in attempt \(task.attempt) of \(task.operation); its outcome is unknown")
        return .unknown(task.task, message: message.short)
    }
}

extension WorkerMessage {
    /// A result that the wire does not carry leaves an outcome that nobody will know.
    static func done(_ task: WireID, _ body: JSON) -> WorkerMessage {
        let bytes = body.bytes
        guard bytes.count <= WireLimits.body else {
            return .unknown(task, message: "the result has \(bytes.count) bytes; \(WireLimits.body) are allowed")
        }
        return .done(task, body: bytes)
    }
}

extension String {
    /// Cut to what is reasonable to send.
    var short: String {
        utf8.count <= ClientLimits.message ? self : String(decoding: utf8.prefix(ClientLimits.message), as: UTF8.self) + "…"
    }
}
