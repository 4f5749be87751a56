import ArgumentParser
import Kernel

struct ServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server", abstract: "Look at a running server.", subcommands: [ServerInfoCommand.self])
}

struct ServerInfoCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what a server is: version, start, limits, what it knows.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let answer = try connection.open(session).request("server.info", [:], about: .server)
        session.answer(answer) { FactsText(facts: Self.told(answer)).rendered($0) }
        return .ok
    }

    /// `read_only` is about everything; before that, new work is refused already.
    private static func told(_ answer: JSON) -> JSON {
        guard var facts = answer.objectValue, facts["space"]?.stringValue == "amber" else { return answer }
        facts["read_only"] = "for new commands, sagas and definitions: the disk is nearly full"
        return .object(facts)
    }
}
