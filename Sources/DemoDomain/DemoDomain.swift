public import Kernel

/// Aggregates to try the server with: everything two sagas of the everyday kind need, written as a user would write them.
public enum DemoDomain {
    public static let handlers = [
        AggregateHandler(Account.self), AggregateHandler(Auction.self), AggregateHandler(Card.self),
        AggregateHandler(Counter.self), AggregateHandler(Flight.self), AggregateHandler(Hotel.self),
    ]
}
