import EventLog
import Kernel

/// Forgets receipts past retention, a bounded number with each commit, by following the log behind the writer.
///
/// The log is in order of time, so no index of expiry is needed: only how far it has been swept.
struct ReceiptSweeper {
    private static let key = Array("swept".utf8)
    private var swept: LogKey?
    /// Where it will stand once the staged commit is durable.
    private var staged: LogKey?
    /// A record in the way cannot be read: receipts stay until a restart finds it mended, and nothing else is held up.
    private var isBlocked = false
    /// Time of the next entry to sweep, when known: until then there is nothing to look for.
    private var next: Timestamp?

    init(_ reader: any LogReader) throws {
        guard let bytes = try reader.value(.server, Self.key), bytes.count == 16 else { return }
        swept = LogKey(
            position: SagaTables.number(bytes[0..<8]), ordinal: UInt32(truncatingIfNeeded: SagaTables.number(bytes[8..<16])))
    }

    mutating func stage(_ batch: Batch, retention: Int64) {
        staged = swept
        guard !isBlocked else { return }
        do { try sweep(batch, retention: retention) } catch {
            isBlocked = true
            batch.warnings.append("receipts past retention are kept from here on, a record cannot be read: \(error)")
        }
    }

    private mutating func sweep(_ batch: Batch, retention: Int64) throws {
        let horizon = batch.now.advanced(by: Mutant.receiptsSweptEarly.isActive ? -retention / 2 : -retention)
        if let next, next > horizon { return }
        next = nil
        let limit = EngineLimits.expiredPerBatch + 2 * batch.commit.records.count
        var seen = 0
        var position = swept
        var upcoming: Timestamp?
        try batch.reader.visitLog(after: swept) { entry in
            guard entry.time <= horizon else {
                upcoming = entry.time
                return false
            }
            guard seen < limit else { return false }
            seen += 1
            if entry.receipt != nil { batch.commit.expired.append(entry.cause.command) }
            position = entry.key
            return true
        }
        next = upcoming
        guard let position, position != swept else { return }
        staged = position
        let bytes = SagaTables.bigEndian(position.position) + SagaTables.bigEndian(UInt64(position.ordinal))
        batch.write(.server, Self.key, bytes)
    }

    mutating func committed() { swept = staged ?? swept }
    mutating func dropped() {
        staged = nil
        next = nil
    }
}
