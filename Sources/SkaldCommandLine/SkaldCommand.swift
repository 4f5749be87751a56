import Glibc
public import Kernel

/// The whole command line, for a binary with aggregates of its own.
///
///     @main struct Tool { static func main() { SkaldCommand.main(aggregates: [AggregateHandler(Account.self)]) } }
///
/// Reads the process's arguments, does what they say and ends the process with one of `ProcessStatus`'s codes.
public enum SkaldCommand {
    /// `name` is the binary's own name, as help and hints show it. Call it from the main thread, once.
    public static func main(aggregates: [AggregateHandler], name: String = "skald") -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let world = World.system(name: name, aggregates: aggregates)
        let status = CommandRun(world: world).run(arguments)
        exit(status.rawValue)
    }
}
