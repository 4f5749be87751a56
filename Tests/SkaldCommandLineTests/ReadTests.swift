import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct ReadTests {
    let stage = Stage()

    @Test func `events are a table over all aggregates`() throws {
        try stage.answer(
            "event.read",
            """
            {"events":[{"position":17,"time":"2026-11-21T14:02:11.004Z","aggregate":"account","key":"alice","version":2,
              "name":"deposited","body":{"amount":5}}],"next":null}
            """)
        #expect(stage.run("event read account/alice --from 2 --limit 5 --backwards") == .ok)
        #expect(stage.asked[0].arguments == ["aggregate": "account", "key": "alice", "from": 2, "limit": 5, "backwards": true])
        #expect(
            stage.output == """
                POSITION  TIME                      AGGREGATE      VERSION  EVENT      BODY
                17        2026-11-21 14:02:11.004Z  account/alice  2        deposited  {"amount":5}

                """)
        stage.run("event read account")
        #expect(stage.asked[0].arguments == ["aggregate": "account", "limit": 100])
        stage.run("event read")
        #expect(stage.asked[0].arguments == ["limit": 100])
    }

    @Test func `an aggregate's state is shown at any time (AK-11)`() throws {
        try stage.answer(
            "aggregate.get",
            #"{"aggregate":"account","key":"alice","version":2,"state":{"owner":"Alice","holds":{"h":1},"tags":["a"],"none":{}}}"#
        )
        #expect(stage.run("aggregate show account/alice --time 2026-11-21T14:00:00Z") == .ok)
        #expect(stage.asked[0].arguments == ["aggregate": "account", "key": "alice", "time": "2026-11-21T14:00:00.000Z"])
        #expect(
            stage.output == """
                account/alice  version 2
                {
                  "owner": "Alice",
                  "holds": {
                    "h": 1
                  },
                  "tags": [
                    "a"
                  ],
                  "none": {}
                }

                """)
    }

    @Test(arguments: ["2026-11-21T15:00:00+01:00", "2026-11-21T08:30:00.000-05:30", "2026-11-21T14:00:00+00:00"])
    func `a time may have an offset`(time: String) {
        stage.run("aggregate show account/alice --time \(time)")
        #expect(stage.asked[0].arguments["time"] == "2026-11-21T14:00:00.000Z")
    }

    @Test(arguments: [
        "2026-11-21T15:00:00+1:00", "2026-11-21T15:00:00+24:00", "2026-11-21T15:00:00Z+01:00", "+01:00", "2026-11-21",
    ])
    func `what is no time is refused`(time: String) {
        #expect(stage.run("aggregate show account/alice --time=\(time)") == .usage)
    }

    @Test func `a type nobody knows leads to those that are there`() throws {
        stage.refuse("aggregate.get", "unknown_aggregate", ["message": "there is no aggregate type 'acc'"])
        #expect(stage.run("aggregate show acc/alice") == .usage)
        #expect(stage.talk.hasSuffix("  next: see what the server knows: skald server info\n"))
        try stage.answer("event.read", #"{"events":[],"next":null}"#)
        #expect(stage.run("event read acc") == .ok)
        #expect(stage.output.isEmpty && stage.talk == "no events; is 'acc' one of the types? see: skald server info\n")
        #expect(stage.run("event read account/nobody") == .ok)
        #expect(stage.talk == "no events; what the type holds: skald event read account, the types: skald server info\n")
        #expect(stage.run("event read account/alice --from 9") == .ok)
        #expect(stage.talk == "no events\n")
        #expect(stage.run("event read") == .ok)
        #expect(stage.talk == "no events\n")
    }

    @Test func `an aggregate before its first event has no state`() throws {
        try stage.answer("server.info", #"{"position":1}"#)
        try stage.answer("aggregate.get", #"{"aggregate":"account","key":"alice","version":0,"state":null}"#)
        #expect(stage.run("aggregate show account/alice --position 1") == .ok)
        #expect(stage.output == "account/alice  version 0\n")
        #expect(stage.talk == "it had no events then\n")
    }

    @Test func `a version that is still to come leads to the state as it is, not to the type`() {
        let message = "account/alice is at version 2; there is no version 99 yet"
        stage.refuse("aggregate.get", "not_found", ["message": .string(message), "expected": 99, "actual": 2])
        #expect(stage.run("aggregate show account/alice --version 99") == .notFound)
        #expect(
            stage.talk == """
                skald: account/alice: not found: \(message)
                  next: see it as it is: skald aggregate show account/alice

                """)
        stage.refuse("aggregate.get", "not_found", ["message": "account/nobody has no events"])
        #expect(stage.run("aggregate show account/nobody") == .notFound)
        #expect(stage.talk.hasSuffix("  next: see what its type holds: skald event read account\n"))
    }

    @Test func `a position behind the end of the log is not shown as if it were there`() throws {
        try stage.answer("server.info", #"{"position":6}"#)
        try stage.answer("aggregate.get", #"{"aggregate":"account","key":"alice","version":2,"state":{}}"#)
        #expect(stage.run("aggregate show account/alice --position 7") == .notFound)
        #expect(stage.asked.map(\.operation) == ["server.info"] && stage.output.isEmpty)
        #expect(
            stage.talk == """
                skald: account/alice: not found: the log ends at position 6; there is no position 7 yet
                  next: see what there is: skald event read account/alice

                """)
        #expect(stage.run("aggregate show account/alice --position 7 --json") == .notFound)
        let error = try JSON.parse(stage.output)["error"]
        #expect(error?["code"] == "not_found" && error?["expected"] == 7 && error?["actual"] == 6)
        #expect(stage.run("aggregate show account/alice --position 6") == .ok)
        #expect(stage.asked.last?.arguments["position"] == 6)
    }

    @Test func `server info is a list of facts`() throws {
        try stage.answer(
            "server.info",
            """
            {"name":"skald","read_only":false,"started":"2026-11-21T14:02:11.000Z","pid":4711,"data":"/var/lib/skald",
             "retention_ms":86400000,"aggregates":["account","card"],"limits":{"in_flight":16384,"wait_ms":60000}}
            """)
        #expect(stage.run("server info") == .ok)
        #expect(
            stage.output == """
                name        skald
                read only   no
                started     2026-11-21 14:02:11Z
                pid         4711
                data        /var/lib/skald
                retention   24h
                aggregates  account, card
                limits
                  in flight  16384
                  wait       1m

                """)
    }

    @Test(
        arguments: [
            ([:], true, [], true), (["NO_COLOR": "1"], true, [], false), (["NO_COLOR": ""], true, [], true),
            (["TERM": "dumb"], true, [], false), ([:], false, [], false), ([:], true, ["--no-color"], false),
        ] as [([String: String], Bool, [String], Bool)])
    func `colours need a terminal and nobody against them`(
        environment: [String: String], isTerminal: Bool, options: [String], coloured: Bool
    ) {
        stage.environment = environment
        stage.outputIsTerminal = isTerminal
        stage.answer("saga.get", .success(Views.compensated))
        #expect(stage.run(["saga", "show", "t-1"] + options) == .ok)
        #expect(stage.output.contains("\u{1B}[") == coloured)
        stage.run(["saga", "show", "t-1", "--json"] + options)
        #expect(stage.output == Views.compensated.text + "\n")
    }

    @Test func `serve hands its directory, endpoints and definitions on`() {
        #expect(stage.run("serve") == .ok)
        #expect(
            stage.run(
                "serve --data d --bind ipc://s --bind tcp://0.0.0.0:1 --insecure --sagas sagas --retention 2h --memory 1GiB")
                == .ok)
        #expect(
            stage.served == [
                ServeRequest(
                    data: "skald-data", bind: [], sagas: nil, isInsecure: false, retention: 86_400_000, memory: 256 << 20),
                ServeRequest(
                    data: "d", bind: ["ipc://s", "tcp://0.0.0.0:1"], sagas: "sagas", isInsecure: true, retention: 7_200_000,
                    memory: 1 << 30),
            ])
    }

    @Test func `words to copy into a shell are quoted where they need it`() {
        #expect(Plain.argument("account/alice") == "account/alice")
        #expect(Plain.argument("$saga/t 1") == "'$saga/t 1'")
        #expect(Plain.argument("it's") == "'it'\\''s'")
        #expect(Plain.argument("") == "''")
    }

    @Test func `long values are cut in lines for people`() {
        let text = Plain.json(["note": .string(String(repeating: "x", count: 200))])
        #expect(text.count == Limits.inlineCharacters && text.hasSuffix("…"))
    }
}
