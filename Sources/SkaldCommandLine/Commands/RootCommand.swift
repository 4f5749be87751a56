import ArgumentParser

/// The root of the tree of commands: alone it shows its help.
struct RootCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: tool, abstract: "Durable sagas over event-sourced aggregates.",
            discussion: """
                Begin:  \(tool) serve --data skald-data --sagas sagas
                Then:   \(tool) send account/alice open '{"owner": "Alice"}'
                        \(tool) saga list

                Exit codes: 0 ok, 1 failed or rejected, 2 usage, 3 not found,
                4 conflict, 5 timeout, 6 refused, 69 unreachable,
                74 input or output, or a store damaged or in use,
                78 bad definition.
                \(tool) --version tells the version.
                """,
            subcommands: [
                ServeCommand.self, SendCommand.self, SagaCommand.self, DefCommand.self, EventCommand.self, AggregateCommand.self,
                CommandCommand.self, WorkerCommand.self, HTTPWorkerCommand.self, StoreCommand.self, ServerCommand.self,
                SimulateCommand.self, CompletionsCommand.self,
            ])
    }
}
