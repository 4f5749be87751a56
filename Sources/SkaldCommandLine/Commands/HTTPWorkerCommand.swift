import ArgumentParser

struct HTTPWorkerCommand: Action {
    static var configuration: CommandConfiguration {
        let tool = ToolName.current
        return CommandConfiguration(
            commandName: "http-worker", abstract: "Take part in sagas with HTTP services: a worker that sends requests.",
            discussion: """
                \(tool) http-worker --config http-worker.yaml

                The file, in short (Examples/http-worker.yaml and docs/workers.md have all of it):

                  dedupes: true                # the service takes a key it knows for the first request
                  defaults: { base_url: "https://stock.example", timeout: 10s }
                  actions:
                    stock.reserve:
                      method: POST             # POST sends the step's input as JSON unless `body` says else
                      url: /items/${ task.input.item }/reservations
                      no: { 404: unknown_item, 409: sold_out }
                      not_now: [429, 503]      # a Retry-After is honoured
                      result: { reservation: "${ response.body.id }" }

                A status that nothing is said about, a timeout and a broken connection are unknown:
                the saga asks again, under the same Idempotency-Key. Runs until SIGTERM or SIGINT, then
                answers what it holds. It is a program of its own, skald-http-worker, which is looked
                for beside this one and then on PATH; it needs libcurl.
                """)
    }

    @Option(help: ArgumentHelp("What to ask of which service, in YAML; - reads standard input.", valueName: "file"))
    var config: String
    @Option(
        help: ArgumentHelp("The Skald server, instead of the file's `endpoint`.", valueName: "endpoint"),
        transform: Endpoint.init(argument:))
    var connect: Endpoint?
    @Flag(help: "Check the file and end: 0 when it is sound, 78 when not.") var check = false
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        var arguments = ["--config", config]
        if let connect { arguments += ["--connect", connect.text] }
        if check { arguments.append("--check") }
        return try session.world.becomeHTTPWorker(arguments)
    }
}
