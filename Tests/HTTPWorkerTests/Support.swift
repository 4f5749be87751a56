import HTTPClient
import Kernel
import SkaldClient
import Synchronization
import Wire

@testable import HTTPWorker

enum Sample {
    /// The configuration of one action `a`, whose lines are these.
    static func action(_ lines: String, top: String = "", environment: [String: String] = [:]) throws -> HTTPAction {
        let indented = lines.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let text = "\(top)\nactions:\n  a:\n\(indented)\n"
        return try ConfigurationReader.read(text) { environment[$0] }.actions[0]
    }

    static func task(
        _ input: JSON = [:], attempt: UInt64 = 1, direction: TaskDirection = .do, left: Duration = .seconds(30),
        done: DoneOperation? = nil, headers: [Header] = []
    ) -> WorkerTask {
        WorkerTask(
            action: "a", operation: "s/a/do", attempt: attempt, direction: direction, deadline: .now + left, input: input,
            doneOperation: done, headers: headers)
    }

    /// What became of a task, in a word or two, and the requests it made.
    static func perform(
        _ action: HTTPAction, _ task: WorkerTask = task(), _ answer: Result<HTTPResponse, HTTPFailure>
    ) async -> (outcome: Outcome, asked: [HTTPRequest]) {
        let asked = Asked()
        let runner = HTTPActionRunner(
            action: action,
            send: { request throws(HTTPFailure) in
                asked.requests.withLock { $0.append(request) }
                return try answer.get()
            }, log: { _ in })
        let outcome: Outcome
        do { outcome = .done(try await runner.perform(task)) } catch let error as Refuse { outcome = .no(error.code) } catch let
            error as NotNow
        { outcome = .notNow(error.after) } catch { outcome = error is Unknown ? .unknown : .other }
        return (outcome, asked.requests.withLock { $0 })
    }

    enum Outcome: Equatable {
        case done(Done)
        case no(String)
        case notNow(Duration)
        case unknown
        case other
    }

    private final class Asked: Sendable { let requests = Mutex<[HTTPRequest]>([]) }
}
