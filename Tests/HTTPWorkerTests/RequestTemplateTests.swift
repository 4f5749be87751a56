import HTTPClient
import Kernel
import SagaModel
import SkaldClient
import Testing
import Wire

@testable import HTTPWorker

@Suite struct RequestTemplateTests {
    private func request(
        _ lines: String, _ input: JSON = [:], top: String = "", environment: [String: String] = [:], task: WorkerTask? = nil
    ) throws -> HTTPRequest {
        let action = try Sample.action(lines, top: top, environment: environment)
        return try action.request.request(task ?? Sample.task(input), timeout: .seconds(1))
    }

    private func text(_ request: HTTPRequest) -> String? { request.body.map { String(decoding: $0, as: UTF8.self) } }

    @Test func `what an expression gives to a URL stays one part of it`() throws {
        let url = "url: http://h/a/${ task.input.x }?b=${ task.input.x }&n=${ task.input.n ?? '' }"
        #expect(
            try request(url, ["x": "ä/?&=#% .~"]).url
                == "http://h/a/%C3%A4%2F%3F%26%3D%23%25%20.~?b=%C3%A4%2F%3F%26%3D%23%25%20.~&n=")
        #expect(try request(url, ["x": 7, "n": 1.5]).url == "http://h/a/7?b=7&n=1.5")
    }

    @Test(arguments: ["", ".", ".."]) func `no value makes another path of a URL`(value: String) throws {
        let url = "method: DELETE\nurl: http://h/seats/${ task.input.x }"
        #expect(throws: ExpressionError.self) { try request(url, ["x": .string(value)]) }
        #expect(try request("url: http://h/?x=${ task.input.x }", ["x": .string(value)]).url == "http://h/?x=\(value)")
    }

    @Test(arguments: [JSON.null, [1], [:]]) func `what has no form as text is no part of a URL`(value: JSON) throws {
        #expect(throws: ExpressionError.self) { try request("url: http://h/${ task.input.x }", ["x": value]) }
    }

    @Test func `the operation is the idempotency key, under the name that is asked for`() throws {
        #expect(try request("url: http://h/").headers.value("idempotency-key") == "s/a/do")
        #expect(try request("url: http://h/\nidempotency_header: X-Request").headers.value("x-request") == "s/a/do")
    }

    @Test func `headers of the action go before those of the defaults`() throws {
        let top = "defaults: { headers: { A: \"1\", B: \"${ env.TOKEN }\" } }"
        let headers = try request("url: http://h/\nheaders: { a: \"${ task.attempt }\" }", top: top, environment: ["TOKEN": "t"])
            .headers
        #expect(headers.filter { $0.name.lowercased() == "a" } == [HTTPHeader("a", "1")])
        #expect(headers.value("b") == "t")
    }

    @Test(arguments: ["a\r\nx: y", "a\nb", "\0", "\u{7F}"]) func `no value ends its header`(value: String) throws {
        #expect(throws: ExpressionError.self) {
            try request("url: http://h/\nheaders: { a: \"${ task.input.x }\" }", ["x": .string(value)])
        }
        let task = Sample.task(headers: [Header("traceparent", value)])
        #expect(throws: ExpressionError.self) { try request("url: http://h/", task: task) }
    }

    @Test func `a trace is passed on`() throws {
        let task = Sample.task(headers: [Header("traceparent", "00-a"), Header("tracestate", "b"), Header("x-own", "c")])
        let headers = try request("url: http://h/", task: task).headers
        #expect(headers.value("traceparent") == "00-a")
        #expect(headers.value("tracestate") == "b")
        #expect(headers.value("x-own") == nil)
    }

    @Test func `what changes something is sent the step's input unless a body is given`() throws {
        for method in ["POST", "PUT", "PATCH"] {
            #expect(text(try request("method: \(method)\nurl: http://h/", ["n": 1])) == #"{"n":1}"#)
            #expect(text(try request("method: \(method)\nurl: http://h/\nbody: none", ["n": 1])) == nil)
        }
        for method in ["GET", "HEAD", "DELETE"] { #expect(text(try request("method: \(method)\nurl: http://h/")) == nil) }
        let given = try request("url: http://h/\nbody: { m: \"${ task.input.n + 1 }\" }", ["n": 1])
        #expect(text(given) == #"{"m":2}"#)
        #expect(given.headers.value("content-type") == "application/json")
    }

    @Test func `a form is encoded, and a field without a value left out`() throws {
        let form = "url: http://h/\nform: { \"a b\": \"${ task.input.x }\", n: 1, gone: \"${ task.input.y ?? null }\" }"
        let given = try request(form, ["x": "1&2=ä"])
        #expect(text(given) == "a%20b=1%262%3D%C3%A4&n=1")
        #expect(given.headers.value("content-type") == "application/x-www-form-urlencoded")
    }

    @Test func `an undo and a probe read what was done`() throws {
        let done = DoneOperation(operation: "s/a/do", input: ["k": 1], result: ["id": 7])
        let url = "url: http://h/${ task.done.result.id }/${ task.done.input.k }/${ task.done.operation }"
        #expect(try request(url, task: Sample.task(direction: .undo, done: done)).url == "http://h/7/1/s%2Fa%2Fdo")
    }

    @Test func `only a service that dedupes may be sent a second copy`() throws {
        #expect(try request("url: http://h/").isRepeatable == false)
        #expect(try request("url: http://h/", top: "dedupes: true").isRepeatable)
    }
}
