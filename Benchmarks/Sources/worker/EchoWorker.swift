import SkaldClient

/// The cheapest worker there is: answers every `echo.say` with what came. `worker ENDPOINT CREDIT`.
@main
enum EchoWorker {
    static func main() async throws {
        let arguments = CommandLine.arguments
        var options = WorkerOptions()
        options.credit = arguments.count > 2 ? Int(arguments[2]) ?? 64 : 64
        let worker = Worker(arguments[1], options: options)
        worker.action("echo.say") { task in Done(task.input) }
        try await worker.run()
    }
}
