import ArgumentParser

struct CompletionsCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "completions", abstract: "Print a completion script for a shell.",
            discussion: """
                bash:  \(tool) completions bash > ~/.local/share/bash-completion/completions/\(tool)
                zsh:   \(tool) completions zsh > ~/.zfunc/_\(tool)
                fish:  \(tool) completions fish > ~/.config/fish/completions/\(tool).fish
                """)
    }

    enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

    @Argument(help: "bash, zsh or fish.") var shell: Shell
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let target: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        session.data(RootCommand.completionScript(for: target))
        return .ok
    }
}
