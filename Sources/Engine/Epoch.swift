import EventLog

/// The server's epoch, kept in the store and raised by every start.
enum Epoch {
    private static let key = Array("epoch".utf8)

    /// The new epoch, and whether it is durable: on a full disk the server still starts, to be read, and writes the epoch
    /// with the first commit that succeeds.
    static func raise(_ log: any EventLog) throws -> (epoch: UInt32, isDurable: Bool) {
        let last = try log.read { reader in try reader.value(.server, key) }
        let next = UInt32(truncatingIfNeeded: SagaTables.number((last ?? [])[...]) + 1)
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
