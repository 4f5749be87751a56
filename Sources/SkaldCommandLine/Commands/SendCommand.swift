import ArgumentParser
import Kernel

struct SendCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "send", abstract: "Send a command to an aggregate.",
            discussion: """
                \(tool) send account/alice deposit '{"amount": 5}'
                echo '{"amount": 5}' | \(tool) send account/alice deposit - --expect 3
                """)
    }

    @Argument(help: ArgumentHelp("The aggregate, as type/key: account/alice.", valueName: "aggregate/key"))
    var address: AggregateAddress
    @Argument(help: "The command's name.")
    var command: String
    @Argument(help: ArgumentHelp("Its fields as a JSON object; - reads standard input.", valueName: "json"))
    var body: String?
    @Option(help: "The command's id: sent again with it, nothing happens twice. A new one by default.")
    var id: String?
    @Option(help: ArgumentHelp("Only at exactly this version; 0: it must not exist yet.", valueName: "version"))
    var expect: UInt64?
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        let outgoing = OutgoingCommand(
            id: id ?? session.world.newID(), aggregate: address.type, key: address.key, expected: expect, name: command,
            body: try session.object(body, what: "the command's body"))
        let reply = try connection.open(session).command(outgoing)
        var document = JSONObject(uniqueKeysWithValues: [("id", .string(outgoing.id))])
        for member in reply.objectValue?.members ?? [] { document.append(member.key, member.value) }
        session.answer(.object(document)) { style in
            ReplyText(address: address.text, command: command, reply: reply).rendered(style)
        }
        return .ok
    }
}
