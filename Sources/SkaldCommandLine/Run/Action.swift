import ArgumentParser

/// A command that does something: parsed by ArgumentParser, performed with a session instead of `run()`.
protocol Action: ParsableCommand {
    var output: OutputOptions { get }
    func perform(_ session: Session) throws(Failure) -> ProcessStatus
}
