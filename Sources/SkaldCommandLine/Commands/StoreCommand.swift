import ArgumentParser

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after a store on this machine; needs no server.",
        subcommands: [StoreVerifyCommand.self, StoreStatCommand.self, StoreBackupCommand.self, StoreRestoreCommand.self])
}
