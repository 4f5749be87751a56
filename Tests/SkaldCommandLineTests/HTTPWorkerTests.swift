import Testing

@testable import SkaldCommandLine

@Suite struct HTTPWorkerTests {
    @Test func `what was asked is handed on in one form`() {
        let stage = Stage()
        #expect(stage.run("http-worker --config a.yaml") == .ok)
        #expect(stage.run("--connect=tcp://h:1 http-worker --check --config -") == .ok)
        #expect(stage.httpWorkers == [["--config", "a.yaml"], ["--config", "-", "--connect", "tcp://h:1", "--check"]])
    }

    @Test(arguments: ["http-worker", "http-worker --config a --connect here", "http-worker a"])
    func `what is no such call is refused before anything is started`(line: String) {
        let stage = Stage()
        #expect(stage.run(line) == .usage)
        #expect(stage.httpWorkers.isEmpty)
    }

    @Test func `a program that is not there is named, with the command that makes it`() {
        do throws(Failure) {
            _ = try Sibling.become("skald-no-such-program", [])
            Issue.record("there is no such program")
        } catch {
            #expect(error.status == .io)
            #expect(error.what.contains("skald-no-such-program"))
            #expect(error.next?.contains("swift build -c release --product skald-no-such-program") == true)
        }
    }
}
