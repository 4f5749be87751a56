import ArgumentParser
import EventLogLMDB

struct StoreBackupCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy a store, also one in use, and verify the copy.",
        discussion: "TARGET must be missing or empty. Exits 74 if the copy is not good: do not rely on it then.")

    @Argument(help: "Where to: a directory, missing or empty.", completion: .directory) var target: String
    @OptionGroup var store: StoreOptionGroup
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        guard store.inThisProcess else {
            return try StoreChild(session: session, data: store.data).run(["store", "backup", "--data", store.data, "--", target])
        }
        let report: VerificationReport
        do { report = try StoreBackup.run(from: store.data, to: target) } catch { throw Failure(error, tool: session.tool) }
        return session.verified(report, target)
    }
}

struct StoreRestoreCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup where a store shall be, and verify it.",
        discussion: """
            DIR must be missing or empty, and no server may be running on it. Asks
            for the directory's name, or takes --yes. A backup that is not good is
            not restored: exits 74.
            """)

    @Argument(help: "The backup's directory.", completion: .directory) var backup: String
    @OptionGroup var store: StoreOptionGroup
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        guard store.inThisProcess else {
            try session.confirm("restore \(Plain.text(backup)) to \(Plain.text(store.data))", id: store.data, yes: yes)
            return try StoreChild(session: session, data: backup).run(["store", "restore", "--data", store.data, "--", backup])
        }
        let report: VerificationReport
        do { report = try StoreRestore.run(from: backup, to: store.data) } catch { throw Failure(error, tool: session.tool) }
        return session.verified(
            report, report.isGood ? store.data : backup, next: "nothing was restored; restore an older backup")
    }
}
