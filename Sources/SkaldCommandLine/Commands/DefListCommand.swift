import ArgumentParser
import Kernel

struct DefListCommand: Action {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the definitions of a server.")

    @Argument(help: "Only the versions of this one.") var name: String?
    @Option(help: ArgumentHelp("The page behind this cursor.", valueName: "cursor")) var after: String?
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var arguments = JSONObject()
        arguments["name"] = name.map { .string($0) }
        arguments["after"] = after.map { .string($0) }
        let answer = try connection.open(session).request("def.list", .object(arguments), about: .server)
        session.answer(answer) { DefinitionTable(answer: answer).rendered($0) }
        return .ok
    }
}

struct DefShowCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a definition of a server as it was written.")

    @Argument(help: "The definition's name.") var name: String
    @Option(help: "Its version; the highest by default.") var version: Int?
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let answer = try connection.open(session).definition(name, version: version)
        session.answer(answer) { _ in Rendered(lines: DefinitionFile.lines(answer["source"]?.stringValue ?? "")) }
        return .ok
    }
}

extension Remote {
    func definition(_ name: String, version: Int?) throws(Failure) -> JSON {
        var arguments = JSONObject(uniqueKeysWithValues: [("name", .string(name))])
        arguments["version"] = version.map { .int(Int64($0)) }
        return try request("def.get", .object(arguments), about: .definition(name))
    }
}
