import HTTPClient
import Kernel
import SagaModel
import SkaldClient
import Wire

/// Performs the tasks of one action.
///
///     task ─▶ request ─▶ response ─▶ done · refuse · not now · unknown
///
/// Only what the configuration names is a yes or a no. Nothing sent is "not now"; everything else nobody knows.
struct HTTPActionRunner: Sendable {
    let action: HTTPAction
    let send: @Sendable (HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
    let log: @Sendable (String) -> Void

    func perform(_ task: WorkerTask) async throws -> Done {
        let request = try request(task)
        let response: HTTPResponse
        do throws(HTTPFailure) { response = try await send(request) } catch {
            guard error.wasSent else {
                note(task, "nothing was sent: \(error)")
                throw NotNow(after: action.retryAfter, error.message)
            }
            throw unknown(task, error.message)
        }
        return try answer(task, request, response)
    }

    private func request(_ task: WorkerTask) throws -> HTTPRequest {
        let left = task.deadline - .now
        // The answer has a way to go, too.
        let timeout = min(action.request.timeout, left - min(.milliseconds(200), left / 10))
        guard timeout >= .milliseconds(1) else { throw NotNow(after: .zero, "the attempt was over before anything was sent") }
        do throws(ExpressionError) { return try action.request.request(task, timeout: timeout) } catch {
            note(task, "no request can be made of it: \(error.message)")
            // Of an operation nobody was asked for before, nothing can have happened.
            if task.direction == .do, task.attempt == 1 { throw Refuse("expression", error.message) }
            throw NotNow(after: max(action.retryAfter, .seconds(10)), error.message)
        }
    }

    private func answer(_ task: WorkerTask, _ request: HTTPRequest, _ response: HTTPResponse) throws -> Done {
        let scope = RecordScope(task: task, response: response.record)
        let said = "the service answered \(response.status) to \(request.method.rawValue)"
        switch action.statuses.verdict(response.status) {
        case .done:
            do throws(ExpressionError) { return try action.answer.done(response, scope) } catch {
                throw unknown(task, "\(said), and no result can be read from that: \(error.message)")
            }
        case .no(let code): throw Refuse(AnswerTemplate.code(code, response.status, scope), said)
        case .notNow: throw NotNow(after: response.retryAfter ?? action.retryAfter, said)
        case nil: throw unknown(task, said)
        }
    }

    private func unknown(_ task: WorkerTask, _ why: String) -> Unknown {
        note(task, "nobody knows: \(why)")
        return Unknown(why)
    }

    private func note(_ task: WorkerTask, _ what: String) {
        log("\(task.action): attempt \(task.attempt) of \(task.operation): \(what)")
    }
}
