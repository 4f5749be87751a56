// What an aggregate is written with comes along: `import Skald` is all a server of one's own needs.
@_exported public import Kernel
import SkaldCommandLine
import Threads

/// A server of your own: the whole `skald` command line, with your aggregates compiled in.
///
///     import Skald
///
///     @main struct Shop: SkaldServer {
///         static let aggregates = [AggregateHandler(Basket.self)]
///     }
///
/// The binary serves, sends, starts and shows sagas exactly as `skald` does; `shop serve` is where to begin.
public protocol SkaldServer {
    /// The aggregate types it decides for; a type given twice is refused at start with status 78.
    static var aggregates: [AggregateHandler] { get }
    /// The binary's name in help and hints; the name it was started by unless you say otherwise.
    static var name: String { get }
}

extension SkaldServer {
    public static var name: String {
        let path = CommandLine.arguments.first ?? "skald"
        return path.split(separator: "/").last.map(String.init) ?? "skald"
    }

    /// Reads the process's arguments, does what they say and ends the process with the status that tells how it went.
    public static func main() {
        // Before the aggregates are looked at: what their makers open would be opened twice.
        if CommandLine.arguments.dropFirst().first == "serve" { Heap.beginAgainWithRoom() }
        SkaldCommand.main(aggregates: aggregates, name: name)
    }
}
