import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct SendTests {
    let stage = Stage()

    @Test func `a command is sent as written and its reply told`() throws {
        try stage.answer("command", #"{"version":2,"position":17,"result":{"balance":5}}"#)
        #expect(stage.run(["send", "account/alice", "deposit", #"{"amount": 5}"#, "--id", "c-1", "--expect", "1"]) == .ok)
        #expect(
            stage.asked == [
                .init(operation: "command", arguments: ["account alice 1 deposit", ["amount": 5]], id: "c-1", holding: 0)
            ])
        #expect(stage.connected == ["tcp://127.0.0.1:7117 10000"])
        #expect(stage.output == "✔ accepted  account/alice deposit  version 2  position 17  {\"balance\":5}\n")
        #expect(stage.talk.isEmpty)
    }

    @Test func `with --json the reply is one document with the command's id`() throws {
        try stage.answer("command", #"{"version":2,"position":17,"result":{"balance":5}}"#)
        stage.run("send account/alice open --id c-1 --json")
        #expect(stage.output == #"{"id":"c-1","version":2,"position":17,"result":{"balance":5}}"# + "\n")
    }

    @Test func `without an id each command gets a UUIDv7`() throws {
        try stage.answer("command", #"{"version":1,"position":1,"result":{}}"#)
        stage.run("send account/alice open")
        #expect(UUIDv7.time(of: stage.asked[0].id) == Timestamp(milliseconds: 1_795_269_731_000))
    }

    @Test func `a dash reads the body from standard input`() throws {
        try stage.answer("command", #"{"version":1,"position":1,"result":{}}"#)
        stage.files["-"] = "{\"owner\": \"Alice\"}\n"
        #expect(stage.run("send account/alice open -") == .ok)
        #expect(stage.asked[0].arguments == ["account alice - open", ["owner": "Alice"]])
    }

    @Test func `a body that is not JSON is refused with its place before anything is sent`() {
        #expect(stage.run(["send", "account/alice", "open", "{owner: 1}"]) == .usage)
        #expect(stage.talk.hasPrefix("skald: the command's body is not JSON: "))
        #expect(stage.talk.contains("at byte 1"))
        #expect(stage.asked.isEmpty)
    }

    @Test func `a misspelt aggregate or command gets the nearest one compiled in`() {
        stage.aggregates = [Samples.account]
        stage.refuse("command", "unknown_aggregate", ["message": "there is no aggregate type 'acount'"])
        stage.run("send acount/alice open")
        #expect(stage.talk.hasSuffix("  next: did you mean 'account'?\n"))
        stage.refuse("command", "unknown_command", ["message": "account has no command 'opne'"])
        stage.run("send account/alice opne")
        #expect(stage.talk.hasSuffix("  next: did you mean 'open'?\n"))
        stage.run("send account/alice frobnicate")
        #expect(stage.talk.hasSuffix("  next: choose one of: open, deposit\n"))
    }

    @Test func `a rejection tells the domain's reason and where to look (ES-07)`() {
        stage.refuse("command", "rejected", ["message": "the balance is 5", "reason": "insufficient_funds"])
        #expect(stage.run(["send", "account/alice", "withdraw", #"{"amount": 6}"#]) == .failed)
        #expect(
            stage.talk == """
                skald: account/alice withdraw: rejected: the balance is 5 (insufficient_funds)
                  next: nothing changed; see its state: skald aggregate show account/alice

                """)
    }

    @Test func `the result of a command exits as the command did (SS-12)`() throws {
        try stage.answer("command.result", #"{"state":"done","ok":{"version":2,"position":17,"result":{"balance":5}}}"#)
        #expect(stage.run("command result c-1") == .ok)
        #expect(stage.output == "✔ accepted  version 2  position 17  {\"balance\":5}\n")
        try stage.answer(
            "command.result",
            #"{"state":"done","error":{"code":"rejected","message":"not enough","reason":"insufficient_funds"}}"#)
        #expect(stage.run("command result c-1") == .failed)
        #expect(stage.output == "✖ rejected  not enough\n")
        try stage.answer("command.result", #"{"state":"pending"}"#)
        #expect(stage.run("command result c-1") == .ok)
        #expect(stage.output == "… pending\n")
        #expect(stage.talk == "next: skald command result c-1 --wait\n")
    }

    @Test func `a wait for a result asks again in slices and ends with 5`() throws {
        stage.latency = 5_000
        try stage.answer("command.result", #"{"state":"pending"}"#)
        #expect(stage.run("command result c-1 --wait --timeout 12s") == .timeout)
        #expect(stage.asked.map { $0.arguments["wait_ms"] } == [5_000, 5_000, 2_000])
        #expect(stage.connected == ["tcp://127.0.0.1:7117 10000"])
        #expect(stage.asked.map(\.holding) == [5_000, 5_000, 2_000])
        #expect(stage.talk.hasPrefix("skald: command c-1 has no result after 12s\n"))
    }
}
