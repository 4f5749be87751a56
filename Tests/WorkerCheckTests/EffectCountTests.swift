import Testing

@testable import WorkerCheck

@Suite struct EffectCountTests {
    private func count(_ command: String) throws -> Int {
        let stand = try StandIn(endpoint: nil)
        return try EffectCount(command).value { (milliseconds) throws(CheckFailure) in try stand.run(for: milliseconds) }
    }

    @Test func `what a command prints is the number`() throws {
        #expect(try count("echo 3") == 3)
        #expect(try count("printf ' 0 '; echo talk >&2") == 0)
    }

    @Test(arguments: [
        ("true", "it printed nothing"), ("echo many", "it printed 'many'"), ("echo -1", "it printed '-1'"),
        ("echo 1; exit 3", "it exited with 3"), ("kill -9 $$", "it was ended by signal 9"),
    ])
    func `what is no number is told`(command: String, why: String) {
        #expect(throws: CheckFailure.uncounted(why)) { try count(command) }
    }

    @Test func `a command that prints more than a number can be does not block`() throws {
        #expect(throws: CheckFailure.self) { try count("head -c 1000000 /dev/zero | tr '\\0' '1'") }
    }
}
