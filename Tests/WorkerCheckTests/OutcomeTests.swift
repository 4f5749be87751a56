import Kernel
import Testing

@testable import WorkerCheck

@Suite struct OutcomeTests {
    @Test(arguments: [("", "{}"), ("{}", "{}"), (#"{"result": null}"#, "{}"), (#"{"result": 5}"#, "5")])
    func `a done is read as the server reads it`(body: String, result: String) throws {
        #expect(Outcome(body: Array(body.utf8)) == .done(result: try JSON.parse(result), undo: nil))
    }

    @Test(arguments: ["[]", "{", "5", #"{"a": 1, "a": 2}"#])
    func `a done that no server can read is none`(body: String) {
        guard case .unreadable = Outcome(body: Array(body.utf8)) else {
            Issue.record("read as \(Outcome(body: Array(body.utf8)))")
            return
        }
    }

    @Test func `the same answer is the same byte for byte, whatever stands between its tokens`() {
        func done(_ body: String) -> Outcome { Outcome(body: Array(body.utf8)) }
        #expect(done(#"{"result":{"a":1,"b":2}}"#).isSame(as: done(#"{ "result": {"a": 1, "b": 2}}"#)))
        #expect(!done(#"{"result":{"a":1,"b":2}}"#).isSame(as: done(#"{"result":{"b":2,"a":1}}"#)))
        #expect(!done(#"{"result":1,"undo":{"call":"x"}}"#).isSame(as: done(#"{"result":1}"#)))
        #expect(!done("{}").isSame(as: .refused(code: "no", message: "")))
        #expect(!Outcome.unknown(message: "x").isSame(as: .unknown(message: "x")))
    }

    @Test func `long answers are cut for people`() {
        let long = Outcome.done(result: .string(String(repeating: "x", count: 1000)), undo: nil)
        #expect(long.text.count < 60 && long.text.hasSuffix("…"))
    }
}
