import EventLog

/// The server's epoch, kept in the store and raised by every start.
enum Epoch {
    private static let key = Array("epoch".utf8)

    static func raise(_ log: any EventLog) throws -> UInt32 {
        let last = try log.read { reader in try reader.value(.server, key) }
        let next = UInt32(truncatingIfNeeded: SagaTables.number((last ?? [])[...]) + 1)
        var commit = Commit()
        commit.writes = [TableWrite(.server, key: key, value: SagaTables.bigEndian(UInt64(next)))]
        do { try log.commit(commit) } catch {
            // On a full disk the server still starts, to be read; nothing is sent under this epoch.
            guard case .full = error else { throw error }
        }
        return next
    }
}
