import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct ArgumentTests {
    let stage = Stage()

    @Test(arguments: [
        ("sned account/a x", "'skald' has no command 'sned'", "did you mean 'skald send'?"),
        ("saga strat x", "'skald saga' has no command 'strat'", "did you mean 'skald saga start'?"),
        ("--json def lst", "'skald def' has no command 'lst'", "did you mean 'skald def list'?"),
        ("server frobnicate", "'skald server' has no command 'frobnicate'", "choose one of: info"),
        ("serve --retention 24", "The value '24' is invalid for '--retention <duration>'", "skald serve --help"),
        ("saga list --stat running", "Unknown option '--stat'. Did you mean '--state'?", "skald saga list --help"),
        ("saga start", "name the definition to start, or give --inline FILE", "skald saga start --help"),
        ("saga repair t-1 hotel --do retry", "Missing expected argument '--reason <text>'", "skald saga repair --help"),
        (
            "aggregate show a/b --version 1 --position 2", "give one of --version, --time and --position",
            "skald aggregate show --help"
        ),
        (
            "serve --memory lots", "The value 'lots' is invalid for '--memory <size>'", "skald serve --help"
        ),
        ("event read --limit 0", "--limit is at least 1", "skald event read --help"),
        (
            "send account/alice deposit [1]", "the command's body is a list, not an object",
            "write its fields: '{\"name\": value}'"
        ),
    ])
    func `a usage error exits 2 with what is wrong and where to read on`(line: String, what: String, next: String) {
        #expect(stage.run(line) == .usage)
        let lines = stage.talk.split(separator: "\n")
        #expect(lines.first.map { String($0) } == "skald: \(what)")
        #expect(lines.last.map { String($0) } == "  next: \(next)")
        #expect(stage.asked.isEmpty)
    }

    @Test func `a usage error is whole with --json too`() throws {
        #expect(stage.run("saga list --state nope --json") == .usage)
        let error = try #require(try JSON.parse(stage.output)["error"])
        let message = try #require(error["message"]?.stringValue)
        #expect(error["code"] == "usage" && message.hasPrefix("The value 'nope' is invalid for '--state <state>'."))
        for state in SagaListCommand.State.allCases { #expect(message.contains("\n- \(state.rawValue)\n")) }
    }

    @Test(
        arguments: [
            ("tcp://127.0.0.1", "it has no port; write tcp://127.0.0.1:7117"),
            ("tcp://[::1]", "it has no port; write tcp://[::1]:7117"),
            ("tcp://h:99999", "'99999' is no port; give a number from 1 to 65535"),
            ("tcp://h:", "'' is no port; give a number from 1 to 65535"),
            ("tcp://:7620", "it has no address; write tcp://127.0.0.1:7620"),
            ("tcp://", "it has no port; write tcp://127.0.0.1:7117"),
            ("udp://h:1", "udp is not spoken; write tcp://HOST:PORT or ipc://PATH"),
            ("h:1", "it does not say how to connect; write tcp://HOST:PORT or ipc://PATH"),
            ("tcp:/h:1", "it does not say how to connect; write tcp://HOST:PORT or ipc://PATH"),
            ("ipc://", "it names no file; write ipc://PATH, like ipc:///run/skald.sock"),
        ])
    func `what is wrong with an endpoint is said, wherever one is given`(text: String, what: String) {
        for option in ["serve --bind", "server info --connect", "worker check a --listen", "http-worker --config f --connect"] {
            #expect(stage.run("\(option) \(text)") == .usage)
            let name = option.split(separator: " ").last!
            #expect(stage.talk.hasPrefix("skald: The value '\(text)' is invalid for '\(name) <endpoint>': \(what)\n"))
        }
        stage.environment["SKALD_ENDPOINT"] = text
        #expect(stage.run("server info") == .configuration)
        #expect(stage.talk == "skald: SKALD_ENDPOINT is '\(text)', which is no endpoint: \(what)\n")
    }

    @Test(arguments: ["", "--help", "saga", "help saga start", "saga start --help", "--version"])
    func `help and version go to standard output and exit 0`(line: String) {
        #expect(stage.run(line) == .ok)
        #expect(!stage.output.isEmpty && stage.talk.isEmpty)
    }

    @Test func `help and hints name the binary as it is called`() {
        stage.name = "shop"
        #expect(stage.run("saga --help") == .ok)
        #expect(stage.output.contains("shop saga <subcommand>") && !stage.output.contains("skald"))
        #expect(stage.run("--version") == .ok)
        #expect(stage.output == "shop 0.1.0 (SKALD1)\n")
        #expect(stage.run("--version --json") == .ok)
        #expect(stage.output == "{\"name\":\"shop\",\"version\":\"0.1.0\",\"protocol\":\"SKALD1\"}\n")
        #expect(stage.run("saga shw") == .usage)
        #expect(stage.talk == "shop: 'shop saga' has no command 'shw'\n  next: did you mean 'shop saga show'?\n")
    }

    @Test(
        arguments: [
            ("1", 1), ("512KiB", 512 << 10), ("256MiB", 256 << 20), ("3GiB", 3 << 30), ("0", nil), ("-1", nil), ("", nil),
            ("MiB", nil),
            ("1MB", nil), ("1 MiB", nil), ("1.5GiB", nil), ("9223372036854775807", Int.max), ("9223372036854775807KiB", nil),
        ] as [(String, Int?)])
    func `a size is a number of bytes, KiB, MiB or GiB`(text: String, bytes: Int?) {
        #expect(ByteCount(argument: text)?.value == bytes)
    }

    @Test func `a size is shown as it is written`() {
        #expect(ByteCount(value: 256 << 20).defaultValueDescription == "256MiB")
        #expect(ByteCount(value: 3 << 30).defaultValueDescription == "3GiB")
        #expect(ByteCount(value: 1_000).defaultValueDescription == "1000")
    }

    @Test func `the version option of a command is not the tool's own`() throws {
        try stage.answer("aggregate.get", #"{"aggregate":"account","key":"alice","version":3,"state":{}}"#)
        #expect(stage.run("aggregate show account/alice --version 3") == .ok)
        #expect(stage.asked.first?.arguments == ["aggregate": "account", "key": "alice", "version": 3])
    }

    @Test func `options every command takes may stand before it`() throws {
        try stage.answer("server.info", #"{"name":"x"}"#)
        #expect(stage.run("--connect tcp://10.0.0.1:1 --json server --timeout=2s info") == .ok)
        #expect(stage.output == #"{"name":"x"}"# + "\n")
        #expect(stage.connected == ["tcp://10.0.0.1:1 2000"])
    }

    @Test func `the server is the one named, else SKALD_ENDPOINT, else the local socket, else loopback`() throws {
        try stage.answer("server.info", "{}")
        func endpoint(_ line: String) -> String? {
            stage.run(line)
            return stage.connected.first
        }
        #expect(endpoint("server info") == "tcp://127.0.0.1:7117 10000")
        stage.sockets = ["skald-data/skald.sock"]
        #expect(endpoint("server info") == "ipc://skald-data/skald.sock 10000")
        stage.environment["SKALD_ENDPOINT"] = "ipc:///run/skald.sock"
        #expect(endpoint("server info") == "ipc:///run/skald.sock 10000")
        #expect(endpoint("server info --connect tcp://h:1") == "tcp://h:1 10000")
    }

    @Test func `a bad SKALD_ENDPOINT is a bad configuration`() {
        stage.environment["SKALD_ENDPOINT"] = "localhost"
        #expect(stage.run("server info") == .configuration)
        #expect(stage.talk.contains("SKALD_ENDPOINT is 'localhost'"))
    }

    @Test(arguments: ["http://h:1", "tcp://h", "tcp://:1", "tcp://h:0", "tcp://h:65536", "ipc://", "h:1", ""])
    func `an endpoint is tcp with a port or ipc with a path`(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test(arguments: [("250ms", 250), ("10s", 10_000), ("10", 10_000), ("5m", 300_000), ("2h", 7_200_000), ("7d", 604_800_000)])
    func `durations are as people write them`(text: String, milliseconds: Int64) {
        #expect(Milliseconds(argument: text)?.value == milliseconds)
    }

    @Test(arguments: ["", "0s", "-1s", "s", "1w", "1.5s", "99999999999999999999s", "9223372036854775807h", "31d"])
    func `other durations are refused`(text: String) {
        #expect(Milliseconds(argument: text) == nil)
    }

    @Test func `an aggregate's key may hold slashes, its type may not`() {
        #expect(AggregateAddress(argument: "file/a/b")?.key == "a/b")
        #expect(AggregateAddress(argument: "$saga/t-1")?.type == "$saga")
        #expect(AggregateAddress(argument: "account") == nil)
        #expect(AggregateAddress(argument: "account/") == nil)
        #expect(AggregateAddress(argument: "Account/x") == nil)
    }

    @Test func `completions are printed for each shell`() {
        for shell in ["bash", "zsh", "fish"] {
            #expect(stage.run("completions \(shell)") == .ok)
            #expect(stage.output.contains("skald"))
        }
        #expect(stage.run("completions csh") == .usage)
    }
}
