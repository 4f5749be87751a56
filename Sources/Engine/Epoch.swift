import EventLog
import Kernel

/// The server's epoch: the second of its start, kept in the store so that it rises even where the clock does not.
///
/// A count kept in the store alone would fall when the store is restored from an older backup, and participants, who
/// refuse an epoch older than one they have seen, would refuse what the restored server asks for.
enum Epoch {
    private static let key = Array("epoch".utf8)

    /// The new epoch, and whether it is durable: on a full disk the server still starts, to be read, and writes the epoch
    /// with the first commit that succeeds.
    static func raise(_ log: any EventLog, at now: Timestamp) throws -> (epoch: UInt32, isDurable: Bool) {
        let last = try log.read { reader in try reader.value(.server, key) }
        let seconds = UInt64(clamping: now.milliseconds / 1000)
        let next = UInt32(clamping: max(SagaTables.number((last ?? [])[...]) + 1, seconds))
        var commit = Commit()
        commit.writes = [row(next)]
        do { try log.commit(commit) } catch {
            guard case .full = error else { throw error }
            return (next, false)
        }
        return (next, true)
    }

    static func row(_ epoch: UInt32) -> TableWrite {
        TableWrite(.server, key: key, value: SagaTables.bigEndian(UInt64(epoch)))
    }
}
