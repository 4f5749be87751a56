import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct WorkerTests {
    let stage = Stage()

    @Test func `workers are a table with what they offer and hold`() throws {
        try stage.answer(
            "worker.list",
            """
            {"workers":[
              {"worker":1,"actions":["seat.cancel","seat.reserve"],"aggregates":[],"credit":16,"in_use":3,"tasks":2,
               "heartbeat_ms":2500,"dedupes":true,"schema":1,"since":"2026-11-21T14:02:11.004Z",
               "heard":"2026-11-21T14:02:12.004Z","limits":{}},
              {"worker":4,"actions":[],"aggregates":["ticket"],"credit":1,"in_use":0,"tasks":0,
               "heartbeat_ms":2500,"dedupes":false,"schema":1,"since":"2026-11-21T14:02:11.004Z",
               "heard":"2026-11-21T14:02:12.004Z","limits":{}}],"next":4}
            """)
        #expect(stage.run("worker list --after 0 --limit 2") == .ok)
        #expect(stage.asked[0].arguments == ["after": 0, "limit": 2])
        #expect(
            stage.output == """
                WORKER  TASKS  SINCE                 HEARD                 FLAGS    ACTIONS                   AGGREGATES
                1       2/16   2026-11-21 14:02:11Z  2026-11-21 14:02:12Z  dedupes  seat.cancel seat.reserve
                4       0/1    2026-11-21 14:02:11Z  2026-11-21 14:02:12Z                                     ticket

                """)
        #expect(stage.talk == "more: add --after 4\n")
    }

    @Test func `nobody there is said so`() throws {
        try stage.answer("worker.list", #"{"workers":[],"next":null}"#)
        #expect(stage.run("worker list") == .ok)
        #expect(stage.output.isEmpty && stage.talk == "no workers are connected\n")
        #expect(stage.run("worker list --limit 0") == .usage)
    }
}
