import Foundation
import SagaModel
import Testing
import Wire

@testable import HTTPWorker

@Suite struct ConfigurationReaderTests {
    private func problems(_ text: String, _ environment: [String: String] = [:]) -> [String] {
        do throws(ConfigurationReader.Refusal) {
            _ = try ConfigurationReader.read(text) { environment[$0] }
            return []
        } catch { return error.problems.map(\.description) }
    }

    /// Of a configuration with one action, whose lines begin in line 3, column 5.
    private func problems(inAction lines: String...) -> [String] {
        problems("actions:\n  a:\n" + lines.map { "    \($0)\n" }.joined())
    }

    @Test func `the example is sound`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Examples/http-worker.yaml"), encoding: .utf8)
        let configuration = try ConfigurationReader.read(text) { _ in nil }
        #expect(configuration.endpoint == "tcp://127.0.0.1:7117")
        #expect(configuration.credit == 16 && configuration.dedupes)
        #expect(configuration.limits == [Ready.Limit(action: "payment.charge", concurrent: 4, perSecond: 10)])
        #expect(configuration.actions.map(\.name).contains("payment.status"))
    }

    @Test func `without a word of it the services do not dedupe`() throws {
        let configuration = try ConfigurationReader.read("actions: { a: { url: \"http://h/\" } }") { _ in nil }
        #expect(!configuration.dedupes && configuration.credit == 16 && configuration.endpoint == nil)
    }

    @Test func `unknown keys are refused with the nearest one`() {
        #expect(
            problems("action: {}") == [
                "1:1: `actions` is missing: what this worker can do, by name",
                "1:1: a configuration has no key 'action'; did you mean 'actions'?",
            ])
        #expect(
            problems(inAction: "url: http://h/", "heders: {}") == ["4:5: an action has no key 'heders'; did you mean 'headers'?"])
        #expect(
            problems("defaults: { timout: 1s }\nactions: { a: { url: \"http://h/\" } }") == [
                "1:13: `defaults` has no key 'timout'; did you mean 'timeout'?"
            ])
        #expect(
            problems("limits: { b: {} }\nactions: { a: { url: \"http://h/\" } }") == [
                "1:11: there is no action 'b'; did you mean 'a'?"
            ])
    }

    @Test(arguments: [
        ("url: /a", "3:10: `url` begins with '/', and `defaults` has no `base_url` to put before it"),
        ("url: ${ task.input.u }", "3:10: `url` begins with http://HOST/"),
        ("url: http://${ task.input.h }/", "3:10: `url` begins with http://HOST/"),
        ("url: http://h${ task.input.h }/", "3:10: `url` begins with http://HOST/"),
        ("url: ftp://h/", "3:10: `url` begins with http://HOST/"), ("url: http://h/a b", "3:10: `url` has a character"),
        ("url: 7", "3:10: `url` is a string, not an integer"), ("method: GET", "3:5: `url` is missing"),
    ])
    func `a URL begins with what nothing can change`(line: String, message: String) {
        let found = problems(inAction: line)
        #expect(found.count == 1 && found[0].hasPrefix(message), "\(found)")
    }

    @Test(arguments: [
        ("method: get", "4:13: there is no method 'get'; write GET"), ("done: 200", "4:11: `done` is a list of statuses"),
        ("done: [20]", "4:12: '20' is no status"), ("done: [299-200]", "4:12: '299-200' is no status"),
        ("not_now: [409]\n    no: { 409: x }", "5:11: `not_now` speaks of 409 already"),
        ("no: { 400-420: x, 419-430: y }", "4:23: `no` speaks of 419-430 already"), ("no: [404]", "4:9: `no` says the code"),
        ("no: { 404: Not Found }", "4:16: 'Not Found' is no code"), ("timeout: 5", "4:14: `timeout` is a duration"),
        ("retry_after: 2d", "4:18: `retry_after` is at most 1d"),
        ("headers: { \"a b\": c }", "4:16: 'a b' is no name of a header"),
        ("headers: { Content-Length: 7 }", "4:16: 'Content-Length' is set by the client itself"),
        ("headers: { idempotency-key: x }", "4:16: 'idempotency-key' carries the operation already"),
        ("headers: { a: [b] }", "4:19: the value of a header is a text"),
        ("follow_redirects: maybe", "4:23: `follow_redirects` is true or false"),
        ("body: {}\n    form: {}", "5:5: a request has a `body` (JSON) or a `form`; keep one"),
        ("method: GET\n    body: {}", "5:5: a GET has no body"), ("undo: {}", "4:5: an undo does one thing"),
        ("undo: { call: x, command: a.b }", "4:5: an undo does one thing"), ("undo: { command: a.b }", "4:11: `key` is missing"),
        ("undo: { call: a.back, with: 7 }", "4:33: `with` is an object, not an integer"),
        ("result: ${ input.x }", "4:16: write task.input"),
        ("result: ${ tusk.input }", "4:16: 'tusk' is no name here; there are task, response; did you mean 'task'?"),
        ("result: ${ attempt }", "4:16: write task.attempt"), ("result: ${ task.imput.x }", "4:21: 'task' has"),
        ("result: ${ env.SECRET }", "4:16: 'env' is no name here"),
        ("body: ${ response.body }", "4:14: 'response' is no name here"),
        ("body: ${ env.GONE }", "4:18: the environment has no GONE; set it, or read it with `??`"),
        ("body: ${ env }", "4:14: write env.NAME"), ("body: ${ env[task.input.x] }", "4:14: write env.NAME"),
    ])
    func `each problem is told at its place`(lines: String, message: String) {
        let found = problems(inAction: "url: http://h/", lines)
        #expect(found.count == 1 && found[0].hasPrefix(message), "\(found)")
    }

    @Test func `what may be missing in the environment is read with a way out`() {
        #expect(problems(inAction: "url: http://h/", "body: [\"${ env.A ?? 'a' }\", \"${ has(env.B) }\"]") == [])
        #expect(problems(inAction: "url: http://h/", "body: ${ env.A ?? env.B }").count == 1)
    }

    @Test func `a base is a URL, and may come from the environment`() throws {
        let text = "defaults: { base_url: \"${ env.BASE }\" }\nactions: { a: { url: /x } }"
        #expect(problems(text, ["BASE": "http://h:1/p/"]) == [])
        #expect(problems(text) == ["1:31: the environment has no BASE; set it, or read it with `??`"])
        for bad in ["", "h", "http://", "ftp://h", "http://h?x", "http://h/ "] {
            #expect(problems(text, ["BASE": bad]).map { $0.prefix(5) } == ["1:23:"])
        }
    }

    @Test func `a text that is no configuration is refused as a whole`() {
        #expect(problems(" \n") == ["1:1: the configuration is empty"])
        #expect(problems("actions: {}") == ["1:1: `actions` has 1 to 1000 of them, not 0"])
        #expect(problems("[]").count == 1 && problems("a: &b c").count == 1 && problems("{").count == 1)
        #expect(
            problems("credit: 0\nendpoint: here\nactions: { A: { url: \"http://h/\" } }").map { $0.prefix(4) } == [
                "1:9:", "2:11", "3:12",
            ])
    }
}
