import HTTPClient
import Kernel
import SkaldClient
import Testing
import Wire

@testable import HTTPWorker

@Suite struct HTTPActionRunnerTests {
    private static let rules = """
        url: http://h/
        done: [200-299]
        no: { 404: not_found, 400-499: "${ response.body.error.code }" }
        not_now: [429, 503]
        retry_after: 3s
        """

    private func outcome(
        _ status: Int, _ body: String = "{}", of lines: String = rules, after: Duration? = nil, task: WorkerTask = Sample.task()
    ) async throws -> Sample.Outcome {
        let response = HTTPResponse(status: status, body: Array(body.utf8), retryAfter: after)
        return await Sample.perform(try Sample.action(lines), task, .success(response)).outcome
    }

    @Test func `what the configuration names is a yes, a no, or not now`() async throws {
        #expect(try await outcome(200, #"{"a": 1}"#) == .done(["a": 1]))
        #expect(try await outcome(299, "") == .done(Done()))
        #expect(try await outcome(404) == .no("not_found"))
        #expect(try await outcome(429) == .notNow(.seconds(3)))
        #expect(try await outcome(503, after: .seconds(9)) == .notNow(.seconds(9)))
    }

    @Test(arguments: [100, 301, 307, 399, 500, 502, 504, 599, 600, 0])
    func `a status that nothing is said about is unknown, never a no`(status: Int) async throws {
        #expect(try await outcome(status) == .unknown)
        #expect(try await outcome(status, of: "url: http://h/") == .unknown)
    }

    @Test func `without a word about statuses success is done, and 429 and 503 are not now`() async throws {
        #expect(try await outcome(204, "", of: "url: http://h/") == .done(Done()))
        #expect(try await outcome(429, of: "url: http://h/") == .notNow(.seconds(1)))
        for status in [400, 404, 409, 410, 422] { #expect(try await outcome(status, of: "url: http://h/") == .unknown) }
    }

    @Test func `the code of a no comes from the body, brought into the form of one`() async throws {
        let said = [
            (#"{"error": {"code": "SOLD OUT"}}"#, "sold_out"), (#"{"error": {"code": "a.b-c_9"}}"#, "a.b-c_9"),
            (#"{"error": {"code": "9"}}"#, "http_409"), (#"{"error": {"code": 9}}"#, "http_409"), ("{}", "http_409"),
            ("<html>", "http_409"), ("", "http_409"),
            (#"{"error": {"code": "\#(String(repeating: "x", count: 64))"}}"#, "http_409"),
        ]
        for (body, code) in said { #expect(try await outcome(409, body) == .no(code)) }
    }

    @Test(arguments: ["{", "<html>log in</html>", "\u{FF}", String(repeating: "[", count: 5_000)])
    func `a yes whose body is not JSON is unknown, unless nobody asks for its body`(body: String) async throws {
        #expect(try await outcome(200, body) == .unknown)
        #expect(try await outcome(200, body, of: "url: http://h/\nresult: {}") == .done(Done()))
    }

    @Test func `a yes whose body is cut is unknown`() async throws {
        let response = HTTPResponse(status: 200, body: Array("{}".utf8), isCut: true)
        let action = try Sample.action("url: http://h/\nresult: {}")
        #expect(await Sample.perform(action, Sample.task(), .success(response)).outcome == .unknown)
    }

    @Test func `result and undo are read from the response and the task`() async throws {
        let lines = """
            url: http://h/
            result: { id: "${ response.body.id }", at: "${ response.headers.location }", n: "${ task.input.n }", s: "${ response.status }" }
            undo: { call: a.back, with: { id: "${ response.body.id }" } }
            """
        let response = HTTPResponse(status: 201, headers: [HTTPHeader("location", "/x")], body: Array(#"{"id": 7}"#.utf8))
        let (done, _) = await Sample.perform(try Sample.action(lines), Sample.task(["n": 1]), .success(response))
        #expect(done == .done(Done(["id": 7, "at": "/x", "n": 1, "s": 201], undo: .call("a.back", with: ["id": 7]))))
        #expect(try await outcome(201, "{}", of: lines) == .unknown)
    }

    @Test func `an undo by command has a key`() async throws {
        let lines = "url: http://h/\nundo: { command: seat.free, key: \"${ response.body.seat }\" }"
        let done = Done(["seat": 7], undo: .command("seat.free", key: "7"))
        #expect(try await outcome(200, #"{"seat": 7}"#, of: lines) == .done(done))
        for body in [#"{"seat": ""}"#, #"{"seat": null}"#, #"{"seat": {}}"#, "{}"] {
            #expect(try await outcome(200, body, of: lines) == .unknown)
        }
    }

    @Test func `nothing sent is not now, and anything else without an answer is unknown`() async throws {
        let action = try Sample.action(Self.rules)
        for (wasSent, expected) in [(false, Sample.Outcome.notNow(.seconds(3))), (true, .unknown)] {
            let failure = HTTPFailure(wasSent: wasSent, "broken")
            #expect(await Sample.perform(action, Sample.task(), .failure(failure)).outcome == expected)
        }
    }

    @Test func `a task no request can be made of is refused only when nobody can have been asked before`() async throws {
        let action = try Sample.action("url: http://h/${ task.input.missing }")
        let done = DoneOperation(operation: "s/a/do", input: [:])
        for (task, expected) in [
            (Sample.task(), Sample.Outcome.no("expression")), (Sample.task(attempt: 2), .notNow(.seconds(10))),
            (Sample.task(direction: .undo, done: done), .notNow(.seconds(10))),
            (Sample.task(direction: .probe, done: done), .notNow(.seconds(10))),
        ] {
            let (outcome, asked) = await Sample.perform(action, task, .success(HTTPResponse(status: 200)))
            #expect(outcome == expected)
            #expect(asked.isEmpty)
        }
    }

    @Test func `a request takes no longer than its attempt, and is not begun when that is over`() async throws {
        let action = try Sample.action("url: http://h/\ntimeout: 5s")
        let ok = Result<HTTPResponse, HTTPFailure>.success(HTTPResponse(status: 204))
        #expect(await Sample.perform(action, Sample.task(left: .seconds(60)), ok).asked.first?.timeout == .seconds(5))
        let short = await Sample.perform(action, Sample.task(left: .seconds(2)), ok).asked.first?.timeout ?? .zero
        #expect(short < .milliseconds(1801) && short > .milliseconds(500))
        let late = await Sample.perform(action, Sample.task(left: .seconds(-1)), ok)
        #expect(late.outcome == .notNow(.zero) && late.asked.isEmpty)
    }
}
