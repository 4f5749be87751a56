import EventLog
import Glibc
import Kernel
import Synchronization
import Testing
import ZeroMQ

@testable import Server

@Suite struct FrontDoorTests {
    @Test func `everything that arrives counts, so that no flood keeps commands from their commit`() throws {
        let door = try Door()
        try door.send("SKALD1 command a counter c - add\n{\"n\": 2}")
        for n in 0..<ServerLimits.shareMessages {
            try door.request("i\(n)", "server.info")
            try door.send("")
            try door.request("r\(n)", "no.such")
        }
        #expect(try door.front.turn(receiving: true))
        let counters = door.front.counters
        let weight = Int(counters.commands + counters.dropped) + ServerLimits.requestWeight * Int(counters.requests)
        #expect((0..<ServerLimits.requestWeight).contains(weight - ServerLimits.shareMessages), "the last may go beyond it")
        #expect(door.front.committer.isBusy)
        let isTold = try door.answers(2 * ServerLimits.shareMessages + 1).contains("SKALD1 ok a 1 1\n{\"value\":2}")
        #expect(isTold)
        #expect(door.front.counters.dropped == UInt64(ServerLimits.shareMessages))
    }

    @Test func `the next batch is decided while one is on its way, and told of in order`() throws {
        let door = try Door()
        let first = ServerLimits.shareMessages
        try door.log.gate.withLock { _ in
            for n in 1...first + 50 { try door.send("SKALD1 command c\(n) counter c \(n - 1) add\n{\"n\": 1}") }
            try door.send("SKALD1 command c1 counter c 0 add\n{\"n\": 1}")
            while try door.front.turn(receiving: true) {}
            #expect(door.front.flight?.count == first)
            #expect(door.front.next?.count == 51)
            #expect(door.received() == [])
        }
        let answers = try door.answers(first + 51)
        let expected = (1...first + 50).map { "SKALD1 ok c\($0) \($0) \($0)\n{\"value\":\($0)}" }
        #expect(answers == expected + ["SKALD1 ok c1 1 1\n{\"value\":1}"])
        #expect(door.front.counters.commits == 2)
    }

    @Test func `a batch with nothing to write is told of behind the one it was decided upon`() throws {
        let door = try Door()
        let first = ServerLimits.shareMessages
        try door.log.gate.withLock { _ in
            for n in 1...first { try door.send("SKALD1 command c\(n) counter c - add\n{\"n\": 1}") }
            try door.send("SKALD1 command c\(first) counter c - add\n{\"n\": 1}")
            while try door.front.turn(receiving: true) {}
            #expect(door.front.next?.count == 1)
        }
        let answers = try door.answers(first + 1)
        let expected = (1...first).map { "SKALD1 ok c\($0) \($0) \($0)\n{\"value\":\($0)}" }
        #expect(answers == expected + [expected[first - 1]])
        #expect(answers.first == expected[0])
    }

    @Test func `a batch that finds no room takes the one decided upon it with it, and both can be sent again`() throws {
        let door = try Door()
        let count = ServerLimits.shareMessages + 10
        let send = { for n in 1...count { try door.send("SKALD1 command c\(n) counter c \(n - 1) add\n{\"n\": 1}") } }
        door.log.failNextCommit(.full("no room"))
        try door.log.gate.withLock { _ in
            try send()
            while try door.front.turn(receiving: true) {}
            #expect(door.front.next?.count == 10)
        }
        let refused = try door.answers(count)
        #expect(refused.count == count)
        #expect(refused.enumerated().allSatisfy { $1.hasPrefix("SKALD1 error c\($0 + 1) read_only") })
        #expect(door.front.flight == nil && door.front.next == nil)
        try send()
        let answers = try door.answers(count)
        #expect(answers == (1...count).map { "SKALD1 ok c\($0) \($0) \($0)\n{\"value\":\($0)}" })
    }

    @Test func `a batch takes few of the messages that may bring a thousand names`() throws {
        let door = try Door()
        for n in 0..<200 { try door.send("SKALD1 ready r\(n)\n{\"actions\": [\"a\(n)\"]}") }
        try door.send("SKALD1 command a counter c - add\n{\"n\": 2}")
        #expect(try door.front.turn(receiving: true))
        #expect((1...64).contains(door.received().count))
        while try door.front.turn(receiving: true) {}
        #expect(door.received().contains("SKALD1 ok a 1 1\n{\"value\":2}"))
    }

    @Test func `server.info tells what was acknowledged before it was asked`() throws {
        let door = try Door()
        #expect(try door.ask("server.info")["position"] == 0)
        try door.send("SKALD1 command a counter c - add\n{\"n\": 2}")
        #expect(try door.answers(1) == ["SKALD1 ok a 1 1\n{\"value\":2}"])
        #expect(try door.ask("server.info")["position"] == 1)
    }

    @Test func `server.info tells the process, its directory, how long ids are kept, and how many requests wait`() throws {
        let door = try Door()
        try door.request("w", "command.result", ["id": "later", "wait_ms": 60_000])
        while try door.front.turn(receiving: true) {}
        let info = try door.ask("server.info")
        #expect(info["pid"] == .int(Int64(getpid())) && info["data"] == "/var/lib/skald")
        #expect(info["retention_ms"] == 86_400_000 && info["waiting"] == 1)
    }

    @Test func `server.info counts workers and the sagas that have not ended`() throws {
        let door = try Door()
        let none: JSON = ["running": 0, "compensating": 0, "stuck": 0]
        #expect(try door.ask("server.info")["sagas"] == none)
        #expect(try door.ask("server.info")["workers"] == ["connected": 0, "tasks": 0])
        let nap: JSON = ["saga": "nap", "version": 1, "steps": ["n": ["sleep": "1h"]]]
        for _ in 1...2 { _ = try door.ask("saga.start", ["inline": nap]) }
        #expect(try door.ask("server.info")["sagas"] == ["running": 2, "compensating": 0, "stuck": 0])
    }

    @Test func `server.info tells what is kept in memory, of which kind, and how much may be`() throws {
        let door = try Door()
        #expect(try door.ask("server.info")["memory"]?["held_bytes"] == 0)
        try door.send("SKALD1 command a counter c - add\n{\"n\": 2}")
        _ = try door.answers(1)
        let memory = try door.ask("server.info")["memory"]
        #expect(memory?["budget_bytes"] == 268_435_456 && memory?["rotations"] == 0)
        #expect(memory?["aggregates"]?["count"] == 1 && memory?["aggregates"]?["bytes"] == memory?["held_bytes"])
        #expect(memory?["sagas"] == ["count": 0, "bytes": 0] && memory?["remote_aggregates"] == ["count": 0, "bytes": 0])
    }

    @Test func `reads and waits that had arrived are answered before the end`() throws {
        let door = try Door()
        for n in 0..<ServerLimits.shareMessages { try door.request("i\(n)", "no.such") }
        try door.send("SKALD1 command a counter c - add\n{\"n\": 2}")
        for n in 0..<50 { try door.request("r\(n)", "event.read") }
        try door.request("w", "command.result", ["id": "later", "wait_ms": 60_000])
        let answers = try door.drained()
        #expect(answers.count { $0.hasPrefix("SKALD1 ok r") } == 50)
        #expect(answers.contains { $0.hasPrefix("SKALD1 error w not_found") })
        #expect(answers.contains { $0.hasPrefix("SKALD1 ok a 1 1") })
    }

    @Test func `a wait that was taken is never refused when it ends, however many reads are open`() throws {
        let door = try Door()
        let (waits, reads) = (ServerLimits.waitersPerPeer, ServerLimits.queriesPerPeer)
        try door.log.gate.withLock { _ in
            for n in 0..<waits { try door.request("w\(n)", "command.result", ["id": "later", "wait_ms": 60_000]) }
            for n in 0..<reads { try door.request("r\(n)", "event.read") }
            try door.send("SKALD1 command later counter c - add\n{\"n\": 2}")
            while try door.front.turn(receiving: true) {}
            #expect(door.received() == ["SKALD1 ok later 1 1\n{\"value\":2}"])
        }
        let answers = try door.drained()
        #expect(answers.count == waits + reads)
        #expect(answers.filter { !$0.hasPrefix("SKALD1 ok ") } == [])
    }

    @Test func `one connection cannot take every wait`() throws {
        let door = try Door()
        for n in 0...ServerLimits.waitersPerPeer {
            try door.request("w\(n)", "command.result", ["id": "later", "wait_ms": 60_000])
        }
        let refused = try door.answers(1)
        #expect(refused.count == 1)
        #expect(refused.first?.hasPrefix("SKALD1 error w\(ServerLimits.waitersPerPeer) busy") == true)
        let other = try door.another()
        try other.send(Array("SKALD1 request o command.result\n{\"id\": \"soon\", \"wait_ms\": 60000}".utf8))
        try door.send("SKALD1 command soon counter c - add\n{\"n\": 2}")
        #expect(try door.answers(1, other).first?.hasPrefix("SKALD1 ok o") == true)
        #expect(door.front.waiters.count == ServerLimits.waitersPerPeer)
    }

    @Test func `the bytes of reads that wait for a thread are bounded`() throws {
        let door = try Door()
        let body: JSON = ["pad": .string(String(repeating: "x", count: (1 << 20) - 100))]
        let fit = ServerLimits.queryBytes / body.bytes.count
        try door.log.gate.withLock { _ in
            for n in 0..<fit + 6 { try door.request("r\(n)", "event.read", body) }
            while try door.front.turn(receiving: true) {}
            // Those that the threads have taken wait no more.
            #expect(6 - ServerLimits.readers...6 ~= door.received().count { $0.contains(" busy\n") })
        }
    }

    @Test func `nobody waits for an id that is forgotten or cannot be one`() throws {
        let door = try Door()
        let old = UUIDv7.text(time: Timestamp(milliseconds: 1_600_000_000_000), random: (1, 2))
        try door.request("o", "command.result", ["id": .string(old), "wait_ms": 60_000])
        #expect(try door.answers(1).first?.hasPrefix("SKALD1 error o gone") == true)
        try door.request("l", "command.result", ["id": .string(String(repeating: "x", count: 65)), "wait_ms": 60_000])
        #expect(try door.answers(1).first?.hasPrefix("SKALD1 error l not_found") == true)
        let young = UUIDv7.text(time: SystemClock().now(), random: (1, 2))
        try door.request("y", "command.result", ["id": .string(young), "wait_ms": 60_000])
        #expect(try door.answers(1, within: 300) == [])
        #expect(door.front.waiters.count == 1)
    }
}
