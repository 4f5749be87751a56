import ArgumentParser
import Glibc
import HTTPWorker
import Threads

/// The program that `skald http-worker` becomes: beside the server, so that the server needs no HTTP client.
@main struct HTTPWorkerTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skald-http-worker", abstract: "Take part in sagas with HTTP services; see `skald http-worker --help`.")

    @Option(help: ArgumentHelp("What to ask of which service, in YAML.", valueName: "file")) var config: String
    @Option(help: ArgumentHelp("The Skald server, instead of the configuration's.", valueName: "endpoint")) var connect: String?
    @Flag(help: "Check the configuration and end.") var check = false

    func run() throws {
        let configuration = try read()
        let endpoint = connect ?? Surroundings.endpoint(configuration.endpoint)
        let count = configuration.actions.count
        let actions = "\(count) action\(count == 1 ? "" : "s")"
        guard !check else { return Self.say("\(config) is sound: \(actions)") }
        // Every thread from here on leaves these signals to this one.
        let signals = StopSignals()
        let worker: Service
        do { worker = try Service(configuration, endpoint: endpoint, log: Self.say) } catch {
            Self.say("\(error)")
            throw ExitCode(74)
        }
        Self.say("offers \(actions) to \(endpoint)")
        worker.start()
        signals.wait()
        Self.say("stopping: what it holds is answered first; a second signal ends it at once")
        worker.stop()
        signals.wait()
        throw ExitCode(1)
    }

    private func read() throws -> HTTPWorkerConfiguration {
        guard let text = try text() else {
            Self.say("\(config) is not UTF-8 text; save it as UTF-8")
            throw ExitCode(78)
        }
        do {
            return try ConfigurationReader.read(text) { name in getenv(name).map { String(cString: $0) } }
        } catch {
            for problem in error.problems { Self.say("\(config):\(problem)", isBare: true) }
            throw ExitCode(78)
        }
    }

    private func text() throws -> String? {
        do { return String(validating: try Surroundings.file(config), as: UTF8.self) } catch {
            Self.say("cannot read \(config): \(error)")
            throw ExitCode(74)
        }
    }

    /// One line to standard error.
    @Sendable static func say(_ line: String) { say(line, isBare: false) }

    private static func say(_ line: String, isBare: Bool) {
        let bytes = Array(((isBare ? "" : "skald-http-worker: ") + line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
