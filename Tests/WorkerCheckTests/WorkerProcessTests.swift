import Testing

@testable import WorkerCheck

@Suite struct WorkerProcessTests {
    @Test func `a worker that was started is killed with its children`() throws {
        let process = try WorkerProcess("sleep 1000 & sleep 1000")
        #expect(process.isAlive())
        process.kill()
        #expect(!process.isAlive() && process.ending == .killed(9))
    }

    @Test(arguments: [
        ("exit 0", "it exited with 0"), ("exit 3", "it exited with 3"),
        ("sh -c 'kill -15 $$'; exit $?", "it was ended by signal 15"),
    ])
    func `how it ended is told as the shell tells it`(command: String, ending: String) throws {
        let process = try WorkerProcess(command)
        let stand = try StandIn(endpoint: nil)
        #expect(try stand.run(for: 10_000) { !process.isAlive() })
        #expect(process.ending?.text == ending)
    }
}
