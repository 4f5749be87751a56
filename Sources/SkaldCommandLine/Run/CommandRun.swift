import ArgumentParser
import Kernel

/// One call of the command line: arguments → command → exit status.
struct CommandRun {
    let world: World

    func run(_ arguments: [String]) -> ProcessStatus {
        // Not the parser's own flag: that would take `--version 3` away from the commands that read the past.
        if arguments == ["--version"] {
            world.write(.output, "\(world.name) \(Release.version) (\(Release.protocolName))\n")
            return .ok
        }
        if arguments.sorted() == ["--json", "--version"] {
            let document: JSON = [
                "name": .string(world.name), "version": .string(Release.version), "protocol": .string(Release.protocolName),
            ]
            world.write(.output, document.text + "\n")
            return .ok
        }
        let status = execute(arguments)
        guard let why = world.lostAnswer() else { return status }
        return report(
            .io("the answer cannot be written: \(why)", next: "what was asked may be done; make room, then look"), json: false)
    }

    private func execute(_ arguments: [String]) -> ProcessStatus {
        ToolName.$current.withValue(world.name) {
            do throws(Failure) {
                return try perform(parse(arguments))
            } catch {
                return report(error, json: arguments.contains("--json"))
            }
        }
    }

    private func parse(_ arguments: [String]) throws(Failure) -> ParseResult {
        let ordered = try ArgumentOrder(root: RootCommand.self).normalised(arguments)
        do { return .command(try RootCommand.parseAsRoot(ordered)) } catch { return .message(error) }
    }

    private func perform(_ parsed: ParseResult) throws(Failure) -> ProcessStatus {
        switch parsed {
        case .message(let error): return try show(error)
        case .command(let command as any Action):
            return try command.perform(Session(world: world, options: command.output))
        case .command(var group):
            // A group alone has nothing to do but to show its help, which `run` throws.
            do { try group.run() } catch { return try show(error) }
            return .ok
        }
    }

    /// Help and version go to standard output; every other message of the parser is a usage error in our own form.
    private func show(_ error: any Error) throws(Failure) -> ProcessStatus {
        guard !RootCommand.exitCode(for: error).isSuccess else {
            world.write(.output, RootCommand.fullMessage(for: error) + "\n")
            return .ok
        }
        throw Self.usage(error, tool: world.name)
    }

    /// The parser's message in our form. Its full message ends with a line that quotes the command whose help to read, and
    /// explains an invalid value in a line of its own.
    private static func usage(_ error: any Error, tool: String) -> Failure {
        let lines = RootCommand.message(for: error).split(separator: "\n").map { Plain.text(String($0)) }
        let full = RootCommand.fullMessage(for: error)
        let help = full.split(separator: "'").last { $0.hasSuffix(" --help") }
        let meaning = full.split(separator: "\n").filter { $0.hasPrefix("Help:") }.map { Plain.text(String($0.dropFirst(7))) }
        var failure = Failure.usage(lines.first ?? "the arguments make no command", next: String(help ?? "\(tool) --help"))
        failure.details = lines.dropFirst() + meaning
        // What people read in several lines is one text for machines.
        let whole = ([failure.what] + failure.details.map { $0.trimmingPrefix { $0 == " " } }.map { String($0) }).joined(
            separator: "\n")
        failure.body = ["message": .string(whole)]
        return failure
    }

    private func report(_ failure: Failure, json: Bool) -> ProcessStatus {
        if json { world.write(.output, failure.document.text + "\n") }
        for line in FailureText.lines(failure, tool: world.name) { world.write(.talk, line + "\n") }
        return failure.status
    }
}

private enum ParseResult {
    case command(any ParsableCommand)
    /// Help, version, a completion script or a usage error: what ArgumentParser throws.
    case message(any Error)
}
