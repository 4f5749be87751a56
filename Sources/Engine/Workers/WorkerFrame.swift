import Wire

/// A frame for a worker.
public struct WorkerFrame: Sendable, Equatable {
    public let peer: PeerID
    public let bytes: [UInt8]

    init(_ peer: PeerID, _ push: WorkerPush) {
        self.peer = peer
        bytes = push.encoded
    }

    /// Of something a worker said that does not count; nil id for what concerns the connection.
    init(_ peer: PeerID, _ id: WireID?, _ fault: Fault) {
        self.peer = peer
        bytes = Reply.error(id, fault)
    }
}
