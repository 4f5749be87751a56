import ArgumentParser

struct SagaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saga", abstract: "Start, watch and repair sagas.",
        subcommands: [
            SagaStartCommand.self, SagaShowCommand.self, SagaListCommand.self, SagaHistoryCommand.self, SagaWaitCommand.self,
            SagaCancelCommand.self, SagaTerminateCommand.self, SagaRepairCommand.self,
        ])

    /// The exit status of a wait for a saga's end: only completed is ok, and one still under way has not failed.
    static func status(of state: String) -> ProcessStatus {
        StateWord.isSettled(state) && state != "completed" ? .failed : .ok
    }
}
