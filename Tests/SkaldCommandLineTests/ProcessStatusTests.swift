import Kernel
import Testing
import Wire

@testable import SkaldCommandLine

@Suite struct ProcessStatusTests {
    let stage = Stage()

    static let table: [(ErrorCode, ProcessStatus)] = [
        (.badRequest, .usage), (.unsupportedVersion, .usage), (.unknownOperation, .usage), (.unknownAggregate, .usage),
        (.unknownCommand, .usage), (.tooLarge, .usage), (.notFound, .notFound), (.gone, .notFound), (.conflict, .conflict),
        (.idReused, .conflict), (.rejected, .failed), (.handlerFailed, .failed), (.internal, .failed),
        (.invalidDefinition, .configuration), (.illegalState, .refused), (.unauthenticated, .refused), (.forbidden, .refused),
        (.busy, .refused), (.readOnly, .refused), (.timeout, .timeout), (.unknownSession, .failed),
    ]

    @Test func `every error code of the protocol has an exit status`() {
        #expect(Set(Self.table.map(\.0)) == Set(ErrorCode.allCases))
        for (code, status) in Self.table { #expect(Advice.status(of: code.rawValue) == status, "\(code)") }
    }

    @Test(arguments: ErrorCode.allCases)
    func `an error is told in one line, with one line of what to do, and exits with its status`(code: ErrorCode) {
        stage.refuse("command", code.rawValue, ["message": "the message", "expected": 1, "actual": 2, "retry_after_ms": 250])
        let status = stage.run("send account/alice deposit {\"amount\":5} --id c-1")
        #expect(status == Self.table.first { $0.0 == code }?.1)
        #expect(stage.output.isEmpty)
        let lines = stage.talk.split(separator: "\n")
        let fate = code.rawValue.split(separator: "_").joined(separator: " ")
        #expect(lines.first == "skald: account/alice deposit: \(fate): the message")
        #expect(lines.count == 1 || lines.count == 2 && lines[1].hasPrefix("  next: "))
    }

    @Test func `with --json an error is one document as the protocol gives it`() throws {
        stage.refuse("command", "conflict", ["message": "no", "expected": 1, "actual": 2])
        #expect(stage.run("send account/alice deposit --json") == .conflict)
        #expect(stage.output == #"{"error":{"code":"conflict","message":"no","expected":1,"actual":2}}"# + "\n")
    }

    @Test func `a server that cannot be reached exits 69 and says where to look`() {
        stage.isDown = true
        #expect(stage.run("server info") == .unreachable)
        #expect(
            stage.talk == """
                skald: no server answers at tcp://127.0.0.1:7117; nothing was done
                  next: see why (systemctl status skald), start it with its own store (skald serve --data DIR), or name another: --connect ENDPOINT

                """)
    }

    @Test func `something else than a server at the address is told`() {
        stage.answer("server.info", .failure(.foreign("it says HTTP/1.1")))
        #expect(stage.run("server info") == .unreachable)
        #expect(
            stage.talk == "skald: what answers at tcp://127.0.0.1:7117 is no skald: it says HTTP/1.1\n  next: check the address\n"
        )
    }

    @Test func `a command without an answer may have been done, and its result can be asked for (DX-03)`() {
        stage.answer("command", .failure(.silent))
        #expect(stage.run("send account/alice deposit --id c-1") == .timeout)
        #expect(stage.talk.hasSuffix("  next: it may have been done; ask: skald command result c-1 --wait\n"))
        #expect(stage.run("send account/alice deposit --id c-1 --json") == .timeout)
        #expect(stage.output.contains(#""id":"c-1""#) && stage.output.contains(#""code":"timeout""#))
    }

    @Test func `a conflict names the version to expect (SS-14)`() {
        stage.refuse("command", "conflict", ["message": "expected version 1, but it is at 2", "expected": 1, "actual": 2])
        #expect(stage.run("send account/alice deposit --expect 1") == .conflict)
        #expect(stage.talk.contains("skald aggregate show account/alice, then send it again with --expect 2"))
    }

    @Test func `the codes are those documented`() {
        #expect(ProcessStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 69, 74, 78])
    }
}
