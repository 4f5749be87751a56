import Glibc

/// The worker, started by us: at most one at a time, killed with its children when it is let go.
final class WorkerProcess {
    private let process: pid_t
    private(set) var ending: Shell.Ending?

    /// SIGTERM goes to the whole group: the shell outlives it, to tell how the worker ends.
    init(_ command: String) throws(CheckFailure) { process = try Shell.start("trap : TERM\n" + command) }

    deinit { kill() }

    /// Whether it runs still.
    func isAlive() -> Bool {
        if ending == nil { ending = Shell.ending(of: process) }
        return ending == nil
    }

    func terminate() {
        guard isAlive() else { return }
        Glibc.kill(-process, SIGTERM)
    }

    /// At once and hard; returns when it is gone.
    func kill() {
        guard isAlive() else { return }
        Glibc.kill(-process, SIGKILL)
        ending = Shell.ending(of: process, waiting: true)
    }
}
