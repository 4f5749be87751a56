import EventLog
import Kernel
import SagaModel
import SagaText
import Wire

/// A reader of bytes that others made, and what must hold whatever the bytes are.
///
/// Every input ends in a value or a typed error, never in a trap; and what was read is written as text that reads the same.
public enum FuzzTarget: String, CaseIterable, Sendable {
    case wire
    case json
    case definition
    case record

    /// Reads one input; a broken promise stops the process, which is how a fuzzer learns of it.
    public func run(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .wire: Self.wire(bytes)
        case .json: Self.json(bytes)
        case .definition: Self.definition(bytes)
        case .record: Self.record(bytes)
        }
    }

    private static func wire(_ bytes: UnsafeRawBufferPointer) {
        if let push = try? WorkerPush.parse(bytes) {
            precondition((try? WorkerPush.parse(push.encoded)) != nil, "what a server said cannot be said again")
        }
        do throws(FrameError) {
            switch try ClientMessage.parse(bytes) {
            case .command(let command):
                precondition(!command.aggregate.isSystem, "a command for an aggregate of the system was let in")
            case .request: break
            case .worker(let message):
                let again = try? ClientMessage.parse(message.encoded)
                precondition(again == .worker(message), "what a worker said is read as something else")
            }
        } catch {
            precondition(error.reply?.starts(with: "SKALD1 error ".utf8) ?? true, "an error is answered by something else")
        }
    }

    private static func json(_ bytes: UnsafeRawBufferPointer) {
        guard let value = try? JSON.parse(bytes) else { return }
        let written = value.bytes
        guard let again = try? JSON.parse(written) else { preconditionFailure("what was written cannot be read") }
        precondition(again.bytes == written, "what was read again is written otherwise")
    }

    private static func definition(_ bytes: UnsafeRawBufferPointer) {
        let reading = DefinitionReader.read(source: String(decoding: bytes, as: UTF8.self), catalog: AnyAggregate())
        precondition((reading.definition == nil) == !reading.problems.isEmpty, "neither a definition nor a problem, or both")
        let places = reading.problems.map { ($0.place.line, $0.place.column) }
        precondition(places.allSatisfy { $0.0 >= 1 && $0.1 >= 1 }, "a problem stands nowhere")
    }

    /// The first bytes say where the record was found. What seals it is put right, or nothing would come further than that.
    private static func record(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= placeBytes else { return }
        let key = LogKey(
            position: bytes.loadUnaligned(as: UInt64.self), ordinal: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        let sealed = seal([UInt8](bytes.dropFirst(placeBytes)))
        guard let entry = sealed.withUnsafeBytes({ try? EntryCodec.decode($0, at: key) }) else { return }
        precondition(EntryCodec.encode(entry) == sealed, "a record was taken that is not what would be written")
    }

    private static let placeBytes = 12
    private static let headerLengthOffset = 4
    private static let digestBytes = 32

    /// The record with the digest and the checksum that belong to it, as far as its lengths make sense.
    private static func seal(_ record: [UInt8]) -> [UInt8] {
        var record = record
        if record.count >= headerLengthOffset + 4 {
            let length = (0..<4).reduce(0) { $0 | Int(record[headerLengthOffset + $1]) << (8 * $1) }
            if length >= digestBytes, length <= record.count {
                record.replaceSubrange(length - digestBytes..<length, with: SHA256.digest([UInt8](record[length...])))
            }
        }
        let checksum = CRC32C.checksum(record)
        return record + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }
}

/// Any command of any type, of which nothing is known.
private struct AnyAggregate: AggregateCatalog {
    let aggregateTypes: [String] = []
    func commandNames(of type: String) -> [String] { [] }
    func find(_ command: String, of type: String) -> CommandFinding { .unchecked }
}
