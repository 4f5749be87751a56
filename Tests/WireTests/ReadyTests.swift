import Kernel
import Testing
import Wire

@Suite struct ReadyTests {
    private func ready(_ body: String) throws -> Ready {
        guard case .worker(.ready(_, let ready)) = try ClientMessage.parse(Array("SKALD1 ready r-1\n\(body)".utf8)) else {
            throw NoReady()
        }
        return ready
    }

    @Test func `what is not said has a careful default`() throws {
        #expect(try ready("{}") == Ready())
        #expect(try ready("") == Ready())
        #expect(Ready().credit == 1 && !Ready().dedupes && Ready().heartbeatMilliseconds == 2500)
    }

    @Test func `everything that is said is read, and what is unknown is ignored`() throws {
        let body = """
            {"actions":["airline.reserve","b"],"aggregates":["ticket"],"credit":0,"heartbeat_ms":60000,"dedupes":true,"schema":7,
             "holding":["41","d3-9"],"limits":{"b":{"concurrent":4},"airline.reserve":{"concurrent":1,"per_second":10}},"new":[]}
            """
        let ready = try ready(body)
        #expect(ready.actions == ["airline.reserve", "b"] && ready.aggregates == ["ticket"])
        #expect(ready.credit == 0 && ready.heartbeatMilliseconds == 60_000 && ready.dedupes && ready.schema == 7)
        #expect(ready.holding.map(\.text) == ["41", "d3-9"])
        #expect(
            ready.limits == [
                Ready.Limit(action: "b", concurrent: 4), Ready.Limit(action: "airline.reserve", concurrent: 1, perSecond: 10),
            ])
    }

    @Test(arguments: [
        ("[]", "the body of 'ready' is a list, not an object"),
        ("{\"credit\": -1}", "'credit' must be an integer from 0 to 65536, not -1"),
        ("{\"credit\": 65537}", "'credit' must be an integer from 0 to 65536, not 65537"),
        ("{\"credit\": 1.5}", "'credit' must be an integer from 0 to 65536, not 1.5"),
        ("{\"heartbeat_ms\": 99}", "'heartbeat_ms' must be an integer from 100 to 60000, not 99"),
        ("{\"heartbeat_ms\": 60001}", "'heartbeat_ms' must be an integer from 100 to 60000, not 60001"),
        ("{\"dedupes\": \"yes\"}", "'dedupes' must be true or false, not a string"),
        ("{\"schema\": 0}", "'schema' must be an integer from 1 to 1000000000, not 0"),
        ("{\"actions\": {}}", "'actions' must be a list of strings, not an object"),
        ("{\"actions\": [\"a\", 1]}", "'actions[1]' must be a string, not 1"),
        ("{\"actions\": [\"A\"]}", "'actions[0]': 'A' cannot name an action"),
        ("{\"actions\": [\"a\", \"a\"]}", "'actions[1]': 'a' is named twice"),
        ("{\"aggregates\": [\"$saga\"]}", "'aggregates[0]': '$saga' cannot name an aggregate"),
        ("{\"holding\": [\"\"]}", "'holding[0]' is not the id of a task"),
        ("{\"limits\": []}", "'limits' must be an object, not a list"),
        ("{\"limits\": {\"a\": {}}}", "'limits': 'a' is not among 'actions'"),
        ("{\"actions\": [\"a\"], \"limits\": {\"a\": 1}}", "'limits.a' must be an object, not 1"),
        ("{\"actions\": [\"a\"], \"limits\": {\"a\": {\"concurrent\": 0}}}", "'limits.a.concurrent' must be an integer from 1"),
        ("{\"actions\": [\"a\"], \"limits\": {\"a\": {\"per_second\": 0}}}", "'limits.a.per_second' must be a number above 0"),
        ("{\"actions\": [\"a\"], \"limits\": {\"a\": {\"per_second\": \"1\"}}}", "'limits.a.per_second' must be a number"),
    ])
    func `a field that cannot be is named`(body: String, says: String) throws {
        let error = try #require(throws: FrameError.self) { try ready(body) }
        #expect(error.fault.code == .badRequest && error.replyID == "r-1")
        #expect(error.fault.message.hasPrefix(says), "\(error.fault.message)")
    }

    @Test func `the lists are bounded`() throws {
        let names = (0..<1001).map { "\"a\($0)\"" }
        #expect(try ready("{\"actions\": [\(names.dropLast().joined(separator: ","))]}").actions.count == 1000)
        let error = try #require(throws: FrameError.self) { try ready("{\"aggregates\": [\(names.joined(separator: ","))]}") }
        #expect(error.fault.message == "'aggregates' has 1001 entries; 1000 are allowed")
        let held = Array(repeating: "\"1\"", count: 65_536).joined(separator: ",")
        #expect(try ready("{\"holding\": [\(held)]}").holding.count == 65_536)
        let tooMany = try #require(throws: FrameError.self) { try ready("{\"holding\": [\(held),\"1\"]}") }
        #expect(tooMany.fault.message == "'holding' has 65537 entries; 65536 are allowed")
    }

    private struct NoReady: Error {}
}
