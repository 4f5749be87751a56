import EventLog
import EventLogTesting
import Kernel
import Testing

@Suite struct EntryCodecTests {
    private func decode(_ bytes: [UInt8], at key: LogKey) throws(LogFailure) -> Entry {
        try bytes.withUnsafeBufferPointer { (buffer) throws(LogFailure) -> Entry in
            try EntryCodec.decode(UnsafeRawBufferPointer(buffer), at: key)
        }
    }

    /// Gives bytes the CRC that belongs to them, as a careful forger would.
    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let sum = CRC32C.checksum(Array(bytes.dropLast(4)))
        return bytes.dropLast(4) + (0..<4).map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) }
    }

    private static func entry(_ chance: inout SplitMix) -> Entry {
        func text(_ limit: Int) -> String {
            String((0..<Int.random(in: 0...limit, using: &chance)).map { _ in "aZ9$ ü漢🙂\n".randomElement(using: &chance) ?? "a" })
        }
        func bytes(_ limit: Int) -> [UInt8] {
            (0..<Int.random(in: 0...limit, using: &chance)).map { _ in UInt8.random(in: 0...255, using: &chance) }
        }
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &chance) ? value : nil }
        let content = (0..<16).map { _ in UInt8.random(in: 0...255, using: &chance) }
        let receipt = Receipt(
            content: content, code: maybe(text(9)), version: maybe(.random(in: 0 ... .max, using: &chance)),
            position: maybe(.random(in: 0 ... .max, using: &chance)), body: bytes(99))
        let cause = Cause(
            command: text(40), correlation: maybe(text(20)), causation: maybe(text(20)), actor: maybe(text(20)),
            attempt: .random(in: 0 ... .max, using: &chance), epoch: .random(in: 0 ... .max, using: &chance),
            headers: (0..<Int.random(in: 0...3, using: &chance)).map { _ in Cause.Header(name: text(12), value: text(30)) })
        return Entry(
            key: LogKey(position: .random(in: 1...1 << 60, using: &chance), ordinal: .random(in: 0..<UInt32.max, using: &chance)),
            time: Timestamp(milliseconds: .random(in: .min ... .max, using: &chance)), aggregate: AggregateID(text(20), text(60)),
            firstVersion: .random(in: 1...1 << 60, using: &chance), previous: .random(in: 0 ... .max, using: &chance),
            events: (0..<Int.random(in: 0...4, using: &chance)).map { _ in
                StoredBody(name: text(20), schema: .random(in: 0 ... .max, using: &chance), body: bytes(200))
            }, cause: cause, receipt: maybe(receipt))
    }

    @Test func `what is encoded is decoded again, whatever it holds`() throws {
        var chance = SplitMix(state: 7)
        for _ in 0..<500 {
            let entry = EntryCodecTests.entry(&chance)
            let bytes = EntryCodec.encode(entry)
            #expect(bytes.count == EntryCodec.size(entry))
            #expect(try decode(bytes, at: entry.key) == entry)
        }
    }

    @Test func `any flipped bit and any cut is told, never served`() {
        var chance = SplitMix(state: 8)
        for _ in 0..<40 {
            let entry = EntryCodecTests.entry(&chance)
            let bytes = EntryCodec.encode(entry)
            for _ in 0..<60 {
                var broken = bytes
                broken[Int.random(in: 0..<bytes.count, using: &chance)] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
                #expect(throws: LogFailure.self) { try decode(broken, at: entry.key) }
            }
            for length in [0, 1, 4, 115, 116] + (0..<40).map({ _ in Int.random(in: 0..<bytes.count, using: &chance) }) {
                #expect(throws: LogFailure.self) { try decode(Array(bytes.prefix(min(length, bytes.count - 1))), at: entry.key) }
            }
            #expect(throws: LogFailure.self) { try decode(bytes + [0], at: entry.key) }
        }
    }

    @Test func `bytes changed and sealed with a new CRC are refused, or are exactly the record of what they say`() {
        var chance = SplitMix(state: 9)
        var accepted = 0
        for _ in 0..<200 {
            let entry = EntryCodecTests.entry(&chance)
            let bytes = EntryCodec.encode(entry)
            for _ in 0..<40 {
                var forged = bytes
                for _ in 0..<Int.random(in: 1...3, using: &chance) {
                    // The fixed fields, with their lengths and counts, are where decoding could be led astray.
                    let end = Bool.random(using: &chance) ? 80 : bytes.count - 4
                    forged[Int.random(in: 0..<end, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
                }
                forged = sealed(
                    Bool.random(using: &chance) ? forged : Array(forged.prefix(.random(in: 0...bytes.count, using: &chance))))
                guard let decoded = try? decode(forged, at: entry.key) else { continue }
                accepted += 1
                #expect(EntryCodec.encode(decoded) == forged)
            }
        }
        #expect(accepted > 0)
    }

    @Test func `noise is never a record`() {
        var chance = SplitMix(state: 10)
        for _ in 0..<2000 {
            let noise = sealed(
                (0..<Int.random(in: 4...400, using: &chance)).map { _ in UInt8.random(in: 0...255, using: &chance) })
            #expect(throws: LogFailure.self) { try decode(noise, at: LogKey(position: 1, ordinal: 0)) }
        }
    }

    @Test func `a failure names the entry and what is wrong with it`() throws {
        var chance = SplitMix(state: 11)
        var entry = EntryCodecTests.entry(&chance)
        entry.key = LogKey(position: 17, ordinal: 2)
        entry.events = [StoredBody(name: "noted", schema: 1, body: Array("{}".utf8))]
        let bytes = EntryCodec.encode(entry)
        #expect(throws: LogFailure.corrupt("entry 18: its record belongs elsewhere")) {
            try decode(bytes, at: LogKey(position: 18, ordinal: 0))
        }
        var body = bytes
        body[bytes.count - 5] ^= 1
        #expect(throws: LogFailure.corrupt("entry 17.2: its bytes do not match their CRC32C")) { try decode(body, at: entry.key) }
        #expect(throws: LogFailure.corrupt("entry 17.2: its bodies are not those of its digest")) {
            try decode(sealed(body), at: entry.key)
        }
        var newer = bytes
        newer[0] = 2
        #expect(throws: LogFailure.corrupt("entry 17.2: its format is newer than this program")) {
            try decode(sealed(newer), at: entry.key)
        }
    }
}
