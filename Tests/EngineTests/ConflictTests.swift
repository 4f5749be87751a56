import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct ConflictTests {
    private func harness() throws -> EngineHarness {
        let harness = try EngineHarness(TestDomain.handlers)
        for type in ["gate", "lax", "picky"] {
            try harness.process((0..<3).map { _ in harness.message("\(type)/k", type == "gate" ? "pass" : "add", ["n": 1]) })
        }
        return harness
    }

    @Test(arguments: [0, 2, 4, UInt64(Int64.max)] as [UInt64])
    func `SS-14 strict: a stale or future expected version is a conflict that names both, and writes nothing`(expected: UInt64)
        throws
    {
        let harness = try harness()
        let answer = try harness.command("gate/k", "pass", expected: expected)
        #expect(answer.code == "conflict")
        #expect(answer.fault?.details["expected"]?.intValue == Int64(expected))
        #expect(answer.fault?.details["actual"] == 3)
        #expect(try harness.aggregate("gate/k")["version"] == 3)
        #expect(try harness.command("gate/k", "pass", expected: 3).version == 4)
    }

    @Test func `0 expects that there is nothing yet`() throws {
        let harness = try harness()
        #expect(try harness.command("gate/new", "pass", expected: 0).version == 1)
        #expect(try harness.command("gate/new", "pass", expected: 0).code == "conflict")
    }

    @Test func `SS-15 last write wins: the same stale version succeeds behind the current one`() throws {
        let answer = try harness().command("lax/k", "add", ["n": 5], expected: 1)
        #expect(answer.version == 4 && answer.result == ["value": 8])
    }

    @Test func `SS-16 a policy of one's own sees key, versions, state and command, and decides`() throws {
        let harness = try harness()
        #expect(try harness.command("picky/k", "add", ["n": 5], expected: 1).version == 4)
        #expect(try harness.command("picky/k", "add", ["n": 50], expected: 1).code == "conflict")
        let refused = try harness.command("picky/k", "add", ["n": 500], expected: 1)
        #expect(refused.code == "rejected" && refused.fault?.details["reason"] == "too_much")
        #expect(refused.message == "k 4 1 8")
        #expect(try harness.command("picky/k", "add", ["n": 500], expected: 4).version == 5)
    }
}
