import Skald
import SkaldCommandLine

/// A server of your own: the whole `skald` command line, with your aggregates compiled in.
@main
struct Shop {
    static func main() { SkaldCommand.main(aggregates: [AggregateHandler(Basket.self)], name: "shop") }
}
