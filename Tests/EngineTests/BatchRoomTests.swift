import EventLog
import Kernel
import Testing

@testable import Engine

@Suite struct BatchRoomTests {
    @Test func `it follows a larger batch at once and smaller ones slowly`() {
        var room = BatchRoom()
        room.learn(answers: 80, records: records(16))
        #expect(room.answers == 80 && room.entries == 16)
        let bytes = room.bytes
        #expect(bytes == records(16).size)
        room.learn(answers: 1, records: records(1))
        #expect(room.answers == 70 && room.entries == 14 && room.bytes == bytes - bytes / 8)
        for _ in 0..<100 { room.learn(answers: 1, records: records(1)) }
        #expect(room.answers < 8 && room.entries < 8)
    }

    @Test func `a batch of large records gives the next no more than the limit`() {
        var room = BatchRoom()
        room.learn(answers: 1, records: records(8, body: 1 << 20))
        #expect(room.bytes == EngineLimits.batchRoom)
    }

    private func records(_ count: Int, body: Int = 100) -> RecordBatch {
        var commit = Commit()
        var head = LogHead.empty
        for _ in 0..<count {
            let event = StoredBody(name: "added", schema: 1, body: [UInt8](repeating: 32, count: body))
            commit.append(
                Entry(
                    key: head.next, time: Timestamp(milliseconds: 1), aggregate: AggregateID("counter", "c"),
                    firstVersion: 1,
                    previous: 0, events: [event], cause: Cause(command: "id"), receipt: nil))
            head = head.after(events: 1, at: Timestamp(milliseconds: 1))
        }
        return commit.records
    }
}
