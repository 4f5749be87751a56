import Engine
import EventLog
import Kernel
import Synchronization
import Testing
import Wire

/// A journal that says what it is told to.
private final class ScriptedJournal: CrashJournal {
    private let counts = Mutex<[String: Int]>([:])
    private let seen = Mutex<[String?]>([])

    func crashes(of saga: String) -> Int { counts.withLock { $0[saga] ?? 0 } }
    func running(_ saga: String?) { seen.withLock { $0.append(saga) } }
    func forget(_ saga: String) { counts.withLock { $0[saga] = nil } }
    func set(_ count: Int, _ saga: String) { counts.withLock { $0[saga] = count } }
    var noted: [String?] { seen.withLock { $0 } }
}

@Suite struct CrashTests {
    private static let definition: JSON = [
        "saga": "nap", "version": 1,
        "steps": [
            "rest": ["sleep": "1s"],
            "count": [
                "needs": ["rest"], "command": "counter.add", "key": "c", "with": ["n": 1], "undo": "none", "because": "a test",
            ],
        ],
    ]

    @Test func `a saga that has ended the process twice is handed to a person instead of being run again`() throws {
        let journal = ScriptedJournal()
        let harness = try EngineHarness(crashes: journal)
        try harness.request("saga.start", ["inline": Self.definition, "input": [:], "id": "s-1"])
        journal.set(2, "s-1")
        try harness.runTimers()
        let view = try harness.request("saga.get", ["id": "s-1"])
        #expect(view["state"] == "stuck")
        #expect(view["error"]?["code"] == "crashed")
        #expect(harness.engine.wakeUp == nil)
        #expect(try harness.request("saga.list", ["state": "stuck"])["sagas"]?.arrayValue?.count == 1)
        try harness.restart()
        #expect(harness.engine.wakeUp == nil)

        let repaired = try harness.request("saga.repair", ["id": "s-1", "step": "count", "do": "retry", "reason": "mended"])
        #expect(repaired["state"] == "completed")
        #expect(journal.crashes(of: "s-1") == 0)
    }

    @Test func `nor does a worker's answer run it again; the answer is kept`() throws {
        let journal = ScriptedJournal()
        let workers = WorkerHarness(try EngineHarness(crashes: journal))
        try workers.ready(["far.ask"])
        let saga = try workers.start(
            """
            saga: ask
            version: 1
            steps:
              ask: { call: far.ask, retry: { attempts: 3 }, undo: none, because: a question }
              count: { needs: [ask], command: counter.add, key: c, with: { n: 1 }, undo: none, because: a test }
            """)
        journal.set(2, saga)
        try workers.done(try workers.task("ask"))
        #expect(try workers.view(saga)["error"]?["code"] == "crashed")
        #expect(try workers.step(saga, "ask")["state"] == "completed" && workers.step(saga, "count")["state"] == "pending")
        try workers.engine.request("saga.repair", ["id": .string(saga), "step": "count", "do": "retry", "reason": "mended"])
        #expect(try workers.state(saga) == "completed")
    }

    @Test func `once is not twice, and what runs is noted only while it runs`() throws {
        let journal = ScriptedJournal()
        let harness = try EngineHarness(crashes: journal)
        try harness.request("saga.start", ["inline": Self.definition, "input": [:], "id": "s-1"])
        journal.set(1, "s-1")
        try harness.runTimers()
        #expect(try harness.request("saga.get", ["id": "s-1"])["state"] == "completed")
        #expect(journal.noted == ["s-1", nil])
    }
}
