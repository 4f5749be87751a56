import ArgumentParser
import Kernel

/// Puts options that every command takes behind the command's words, so that `skald --json saga list` works, and names the
/// nearest command for a misspelt one.
struct ArgumentOrder {
    let root: any ParsableCommand.Type

    private static let flags = ["--json", "--no-color", "--ascii"]
    private static let options = ["--connect", "--timeout"]

    func normalised(_ arguments: [String]) throws(Failure) -> [String] {
        var path: [String] = []
        var moved: [String] = []
        var command = root
        var rest = arguments[...]
        while let word = rest.first, !command.configuration.subcommands.isEmpty {
            if Self.flags.contains(word) || Self.options.contains(where: { word.hasPrefix($0 + "=") }) {
                moved.append(rest.removeFirst())
            } else if Self.options.contains(word) {
                moved += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if word.hasPrefix("-") || word == "help" {
                break
            } else {
                command = try subcommand(word, of: command, path: path)
                path.append(rest.removeFirst())
            }
        }
        // Without a command the parser shows the group's help; our options would only confuse it.
        return command.configuration.subcommands.isEmpty ? path + moved + rest : path + rest
    }

    private func subcommand(_ word: String, of command: any ParsableCommand.Type, path: [String]) throws(Failure)
        -> any ParsableCommand.Type
    {
        let known = command.configuration.subcommands
        if let found = known.first(where: { $0.configuration.commandName == word || $0.configuration.aliases.contains(word) }) {
            return found
        }
        let names = known.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
        let whole = ([ToolName.current] + path).joined(separator: " ")
        let nearest = Suggestion.nearest(to: word, among: names).map { "did you mean '\(whole) \($0)'?" }
        throw .usage(
            "'\(whole)' has no command '\(Plain.text(word))'", next: nearest ?? "choose one of: \(names.joined(separator: ", "))")
    }
}
