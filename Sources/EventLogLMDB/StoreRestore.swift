import EventLog

/// Puts a backup where a store shall be.
public enum StoreRestore {
    /// Copies a backup into `target`, which must be missing or empty, and verifies the copy. Only a good copy becomes a store;
    /// of another the report tells what is wrong and nothing is left behind.
    public static func run(from backup: String, to target: String) throws(StoreFailure) -> VerificationReport {
        let source = StorePaths(directory: backup)
        guard let described = try StoreFile.read(source) else {
            throw .refused("\(backup) is not a backup: it has no file STORE")
        }
        try StoreOpening.refuseLost(source, described)
        // A file copied while it is written is torn; a backup has no lock, or one that nobody holds.
        let held = FileSystem.size(source.lock) == nil ? nil : try StoreLock(source)
        defer { withExtendedLifetime(held) {} }
        let copy = StorePaths(directory: target)
        guard try copy.isEmpty() else {
            throw .refused(
                "\(target) is not empty: a restore never overwrites; move what is there away, or name another directory")
        }
        try FileSystem.makeDirectory(target)
        let lock = try StoreLock(copy)
        defer { withExtendedLifetime(lock) {} }
        try FileSystem.copy(source.data, to: copy.data)
        let report = try StoreVerifier(path: target).run(fast: false, described)
        if report.isGood { try described.write(copy) } else { FileSystem.remove(copy.data) }
        return report
    }
}
