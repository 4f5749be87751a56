import EventLog
import LMDB

/// Looks over a whole store: every record, digest and link of the chain; that positions, times, versions and back references
/// follow each other; that the log and what is derived from it say the same; that rows beside the log can be read.
///
/// The store may be in use by another process meanwhile. LMDB has no checksums of its pages: a broken page can end the process
/// with SIGBUS or SIGABRT, so run this in a child process and take those ends for "corrupt".
public struct StoreVerifier {
    private let paths: StorePaths

    public init(path: String) { paths = StorePaths(directory: path) }

    /// Verifies everything, or with `fast` only the last commits and that every table is there.
    public func run(fast: Bool = false) throws(StoreFailure) -> VerificationReport {
        let described = try StoreFile.read(paths)
        guard let described else {
            guard FileSystem.size(paths.data) != nil else { throw .refused(paths.noStore) }
            throw .refused(
                "\(paths.noStore); to use its data.mdb all the same, restore it: "
                    + "`skald store restore \(paths.directory) --data NEWDIR` verifies all of it")
        }
        return try run(fast: fast, described).report
    }

    /// The same where there is no STORE yet, as in the middle of a restore; tells also what the data says of itself.
    func run(fast: Bool, _ described: StoreFile?) throws(StoreFailure) -> (report: VerificationReport, found: StoreFile) {
        try StoreOpening.refuseLost(paths, described)
        let environment = try StoreOpening.environment(paths, mapBytes: Limits.mapBytes, readOnly: true)
        guard let tables = try StoreOpening.existing(environment, paths) else {
            throw .corrupt("\(paths.data) lacks tables of a store: restore a backup")
        }
        let found = try StoreOpening.description(environment, tables, paths)
        var report = VerificationReport(isFast: fast)
        if let described, found != described {
            report.add(paths.store, "it is of store \(described.identity.uuid), and the data of \(found.identity.uuid)")
        }
        do {
            return try environment.read { transaction in
                var run = VerificationRun(transaction, tables, report)
                if fast { run.tail() } else { run.whole() }
                return (run.report, found)
            }
        } catch {
            throw StoreFailure(paths.data, error)
        }
    }
}
