import Engine
import Wire

/// A batch that is decided and not yet told of, with who asked.
struct Flight {
    var batch: Batch
    /// The tag of the first of its messages; the others follow in the order they came.
    let firstTag: Int
    var senders: [(peer: Peer, id: WireID)]

    /// Messages that are answered.
    var count: Int { senders.count }
}
