import ArgumentParser

struct DefCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "def", abstract: "Check, register and draw definitions of sagas.",
        subcommands: [
            DefCheckCommand.self, DefRegisterCommand.self, DefListCommand.self, DefShowCommand.self, DefGraphCommand.self,
            DefSchemaCommand.self, DefTortureCommand.self,
        ])
}
