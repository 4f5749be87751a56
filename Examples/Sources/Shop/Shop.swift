import Skald

/// A server of your own: the whole `skald` command line, with your aggregates compiled in.
@main
struct Shop: SkaldServer {
    static let aggregates = [AggregateHandler(Basket.self), AggregateHandler(Shelf.self)]
}
