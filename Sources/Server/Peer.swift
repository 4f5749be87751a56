/// A connection, as ROUTER hands it out: a handle for answers, never a name or a credential.
struct Peer: Hashable {
    let routingID: [UInt8]
    /// Whether its messages begin with an empty frame (REQ does that); answers mirror it.
    let isDelimited: Bool
}
