import EventLog
import Kernel
import SagaModel

/// A lease as the store keeps it: enough to know after a restart that a worker may still be at it.
///
/// Key: position of the event that began the attempt (8 bytes, big-endian). Value: words with spaces between.
struct LeaseRow {
    let lease: Lease
    /// How long the worker may be silent, in milliseconds.
    let silence: Int64

    static func key(_ position: UInt64) -> [UInt8] { SagaTables.bigEndian(position) }

    var value: [UInt8] {
        guard case .attempt(let saga, let step, let direction, let number, let operation) = lease.subject else { return [] }
        return Array("\(saga) \(direction.rawValue) \(lease.duty.name) \(step) \(number) \(operation) \(silence)".utf8)
    }

    init(_ lease: Lease, silence: Int64) {
        self.lease = lease
        self.silence = silence
    }

    /// nil for a row that is none of these.
    init?(key: [UInt8], value: [UInt8]) {
        let words = String(decoding: value, as: UTF8.self).split(separator: " ").map { String($0) }
        guard key.count == 8, words.count == 7, let direction = Direction(rawValue: words[1]), let step = Int(words[3]),
            let number = Int(words[4]), let silence = Int64(words[6])
        else { return nil }
        let subject = LeaseSubject.attempt(
            saga: words[0], step: step, direction: direction, attempt: number, operation: words[5])
        lease = Lease(
            task: String(SagaTables.number(key[...])), duty: .action(words[2]), lane: direction == .do ? .forward : .undo,
            peer: nil, subject: subject)
        self.silence = silence
    }
}
