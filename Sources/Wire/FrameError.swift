/// Why a frame was refused, and whom to tell.
public struct FrameError: Error, Equatable, Sendable {
    public let fault: Fault
    /// The id to answer under, as it was written, even one that is not allowed; `-` when none was given; nil when it could not
    /// be read: then the frame is dropped and counted.
    public let replyID: String?

    /// The task whose answer this was meant to be, when that could be read: the answer is lost, so its outcome is unknown.
    public let task: WireID?

    init(_ fault: Fault, replyID: String?, task: WireID? = nil) {
        self.fault = fault
        self.replyID = replyID
        self.task = task
    }

    /// A message without a byte: a probe, dropped and counted.
    static let empty = FrameError(.malformed("the frame is empty"), replyID: nil)

    /// The answer to send, or nil when there is none to give.
    public var reply: [UInt8]? { replyID.map { Reply.error(raw: $0, fault) } }
}
