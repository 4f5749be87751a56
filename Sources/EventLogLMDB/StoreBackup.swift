import EventLog
import LMDB

/// A consistent copy of a store into a directory of its own, made while the store is in use, then verified.
public enum StoreBackup {
    /// Copies the store in `source`, which another process may have open, into `target`, which must be missing or empty. The
    /// report is of the copy; a backup that is not good is kept to be looked at, and must not be relied on.
    public static func run(from source: String, to target: String) throws(StoreFailure) -> VerificationReport {
        let paths = StorePaths(directory: source)
        guard let described = try StoreFile.read(paths) else {
            throw .refused(paths.noStore)
        }
        try StoreOpening.refuseLost(paths, described)
        guard !FileSystem.isInside(target, source) else {
            throw .refused("\(target) is in the store's own directory and would be lost with it; name a directory elsewhere")
        }
        let environment = try StoreOpening.environment(paths, mapBytes: Limits.mapBytes, readOnly: true)
        return try copy(environment, described, to: target)
    }

    static func copy(_ environment: Environment, _ described: StoreFile, to target: String) throws(StoreFailure)
        -> VerificationReport
    {
        let draft = try StoreDraft(in: StorePaths(directory: target), whatElse: "name a directory that is new")
        try FileSystem.make(draft.inner.data) { file throws(StoreFailure) in
            do throws(LMDBError) { try environment.copyCompacted(to: file) } catch { throw StoreFailure(draft.inner.data, error) }
        }
        try draft.finish(described)
        return try StoreVerifier(path: target).run()
    }
}

extension LMDBEventLog {
    /// Copies this store, while it is in use, into a directory that is missing or empty, and verifies the copy. Blocks for as
    /// long as that takes, and pins pages meanwhile: not on the writer's thread.
    public func backup(to target: String) throws(StoreFailure) -> VerificationReport {
        try StoreBackup.copy(environment, StoreFile(identity: identity, format: StoreFile.format), to: target)
    }
}
