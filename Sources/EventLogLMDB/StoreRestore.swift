import EventLog

/// Puts a backup where a store shall be.
public enum StoreRestore {
    /// Copies a backup into `target`, which must be missing or empty, and verifies the copy. Only a good copy becomes a store;
    /// of another the report tells what is wrong and nothing is left behind. Without STORE the backup's data says which store it is.
    public static func run(from backup: String, to target: String) throws(StoreFailure) -> VerificationReport {
        let source = StorePaths(directory: backup)
        let described = try StoreFile.read(source)
        guard described != nil || FileSystem.size(source.data) != nil else {
            throw .refused("\(backup) is not a backup: it has neither STORE nor data.mdb")
        }
        try StoreDraft.refuseUnfinished(source, described)
        try StoreOpening.refuseLost(source, described)
        // A file copied while it is written is torn; a backup has no lock, or one that nobody holds.
        let held = FileSystem.size(source.lock) == nil ? nil : try StoreLock(source)
        defer { withExtendedLifetime(held) {} }
        let copy = StorePaths(directory: target)
        let draft = try StoreDraft(
            in: copy, whatElse: "a restore never overwrites; move what is there away, or name another directory")
        let lock = try StoreLock(copy)
        defer { withExtendedLifetime(lock) {} }
        try FileSystem.copy(source.data, to: draft.inner.data)
        let (report, found) = try StoreVerifier(path: draft.inner.directory).run(fast: false, described)
        if report.isGood { try draft.finish(found) } else { draft.discard() }
        FileSystem.giveToOwner(of: target, copy.files)
        return report
    }
}
