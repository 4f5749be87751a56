import ArgumentParser

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Prove the workers that perform a saga's calls.", subcommands: [WorkerCheckCommand.self])
}
