import EventLog
import Kernel
import Testing

@Suite struct CommitChainTests {
    private func record(_ position: UInt64, body: String = "{}") -> [UInt8] {
        EntryCodec.encode(
            Entry(
                key: LogKey(position: position, ordinal: 0), time: Timestamp(milliseconds: 5), aggregate: AggregateID("a", "1"),
                firstVersion: position, previous: position - 1,
                events: [StoredBody(name: "noted", schema: 1, body: Array(body.utf8))], cause: Cause(command: "c"), receipt: nil))
    }

    private func value(_ records: [[UInt8]], after: [UInt8] = CommitChain.start) -> [UInt8] {
        var chain = CommitChain(after: after)
        for record in records { #expect(record.withUnsafeBytes { chain.add($0) }) }
        return chain.value()
    }

    @Test func `a record changed, lost, added or moved changes the value`() {
        let whole = value([record(1), record(2), record(3)])
        #expect(whole == value([record(1), record(2), record(3)]))
        let others = [
            [record(1), record(2, body: "{\"x\":1}"), record(3)], [record(1), record(3)],
            [record(1), record(2), record(2), record(3)],
            [record(2), record(1), record(3)],
        ]
        for other in others { #expect(value(other) != whole) }
        #expect(value([record(1)], after: whole) != value([record(1)]))
    }

    @Test func `it covers the digest of bodies and not the bodies, so that these may be erased`() {
        let record = record(1)
        var erased = record
        erased[1] = 1
        erased[record.count - 5] = 0
        #expect(value([erased]) == value([record]))
    }

    @Test func `what has no header is not added`() {
        var chain = CommitChain(after: CommitChain.start)
        for broken in [[], [UInt8](repeating: 0, count: 200), [UInt8](repeating: 0xFF, count: 200), [1, 2, 3]] {
            let added = broken.withUnsafeBytes { chain.add($0) }
            #expect(!added)
        }
        #expect(chain.value() == SHA256.digest(CommitChain.start))
    }
}
