/// One connection, as a number its owner gives out; a number is not used again while the connection before it is known here.
public struct PeerID: Hashable, Sendable {
    public let number: Int

    public init(number: Int) { self.number = number }
}
