import Testing
import ZeroMQ

@Suite struct MessageTests {
    @Test(arguments: [0, 1, 29, 30, 33, 34, 64, 1000, 100_000])
    func `a message holds what it was made from, small or large`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let message = try Message(bytes)
        #expect(message.size == count)
        #expect(message.more == false)
        #expect(message.bytes == bytes)
        let copied = try bytes.withUnsafeBytes { buffer throws(ZMQError) in try Message(copying: buffer).bytes }
        #expect(copied == bytes)
    }

    @Test func `an empty message has no bytes`() {
        let message = Message()
        #expect(message.size == 0)
        #expect(message.bytes == [])
        #expect(message.property("User-Id") == nil)
    }

    @Test(arguments: [5, 50_000])
    func `a copy outlives the message it came from`(count: Int) throws {
        let bytes = [UInt8](repeating: 7, count: count)
        func copyOfATemporary() throws(ZMQError) -> Message {
            var original = try Message(bytes)
            return try original.copy()
        }
        let copy = try copyOfATemporary()
        #expect(copy.bytes == bytes)
    }

    @Test func `an error thrown while the bytes are lent comes out as it is`() throws {
        let message = try Message([1, 2, 3])
        #expect(throws: ZMQError.again) { try message.withBytes { _ throws(ZMQError) in throw .again } }
    }
}
