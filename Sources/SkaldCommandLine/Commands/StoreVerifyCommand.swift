import ArgumentParser
import EventLogLMDB

struct StoreVerifyCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check every record, digest and index of a store.",
        discussion: "A server may be using it meanwhile. Exits 74 if anything is wrong.")

    @OptionGroup var store: StoreOptionGroup
    @Flag(help: "Only the end of the log, and that every table is there.") var fast = false
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        guard store.inThisProcess else {
            return try StoreChild(session: session, data: store.data)
                .run(["store", "verify", "--data", store.data] + (fast ? ["--fast"] : []))
        }
        let report: VerificationReport
        do { report = try StoreVerifier(path: store.data).run(fast: fast) } catch { throw Failure(error, tool: session.tool) }
        return session.verified(report, store.data)
    }
}

extension Session {
    /// Tells what a verification found; damage is an exit status of its own.
    func verified(_ report: VerificationReport, _ directory: String, next: String? = nil) -> ProcessStatus {
        let text = VerificationText(report: report, directory: directory, next: next ?? StoreChild.advice(tool))
        answer(text.document) { text.rendered($0) }
        return report.isGood ? .ok : .io
    }
}
