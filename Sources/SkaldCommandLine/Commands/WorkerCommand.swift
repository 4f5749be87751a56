import ArgumentParser

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "See who works for a server, and prove a worker of yours.",
        subcommands: [WorkerListCommand.self, WorkerCheckCommand.self])
}
