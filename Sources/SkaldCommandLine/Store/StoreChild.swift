import Glibc

/// Runs work on a store in a child of the same binary: LMDB has no checksums of its pages, so a damaged one can end the
/// process that reads it. Such an end is told as what it is, damage, with what to do.
struct StoreChild {
    let session: Session
    /// The store whose pages are read.
    let data: String

    /// `arguments` are those of this command without options about output; they are run with `--in-this-process`.
    func run(_ arguments: [String]) throws(Failure) -> ProcessStatus {
        let flags = [
            ("--json", session.options.json), ("--ascii", session.options.ascii), ("--no-color", session.options.noColor),
        ]
        // Before the positional arguments, which may follow a `--`.
        let own = ["--in-this-process"] + flags.filter(\.1).map(\.0)
        let end = try session.world.runChild(arguments.prefix(2) + own + arguments.dropFirst(2))
        switch end {
        case .exited(let code):
            return ProcessStatus(rawValue: code) ?? .failed
        case .killed(let signal) where Self.damage.contains(signal):
            throw Failure(
                .io, code: "corrupt", "the store in \(Plain.text(data)) is damaged: reading it ended with \(Self.name(signal))",
                next: Self.advice(session.tool))
        case .killed(let signal):
            throw Failure(.failed, code: "ended", "ended by \(Self.name(signal)) before it was done", next: "run it again")
        }
    }

    /// What a broken page does to the process that reads it.
    private static let damage = [SIGBUS, SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGFPE]

    static func advice(_ tool: String) -> String {
        "keep the directory as it is, and restore a backup into another: \(tool) store restore BACKUP --data NEWDIR"
    }

    private static func name(_ signal: Int32) -> String {
        switch signal {
        case SIGBUS: "SIGBUS"
        case SIGABRT: "SIGABRT"
        case SIGSEGV: "SIGSEGV"
        case SIGILL: "SIGILL"
        case SIGTRAP: "SIGTRAP"
        case SIGFPE: "SIGFPE"
        default: "signal \(signal)"
        }
    }
}
