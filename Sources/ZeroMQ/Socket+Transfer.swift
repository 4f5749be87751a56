import CZeroMQ

/// Whether a call may wait.
public enum Waiting: Sendable {
    /// Until it can be done, or the socket's timeout passes.
    case allowed
    /// Not at all: `.again` instead (DONTWAIT).
    case never

    var flag: Int32 { self == .never ? ZMQ_DONTWAIT : 0 }
}

extension Socket {
    /// Receives the next frame into `message`, whose old bytes are let go.
    public func receive(into message: inout Message, _ waiting: Waiting = .allowed) throws(ZMQError) {
        try check(zmq_msg_recv(&message.raw, handle, waiting.flag))
    }

    /// Receives a frame if one is there, without waiting; false when there is none. Signals are waited out.
    public func receiveIfReady(into message: inout Message) throws(ZMQError) -> Bool {
        while zmq_msg_recv(&message.raw, handle, ZMQ_DONTWAIT) < 0 {
            switch ZMQError.last {
            case .again: return false
            case .interrupted: continue
            case let error: throw error
            }
        }
        return true
    }

    /// Receives one whole message as copies of its frames.
    public func receiveFrames(_ waiting: Waiting = .allowed) throws(ZMQError) -> [[UInt8]] {
        var message = Message()
        try receive(into: &message, waiting)
        var frames = [message.bytes]
        while message.more {
            try receive(into: &message)
            frames.append(message.bytes)
        }
        return frames
    }

    /// Lets the rest of a message go when `message` was not its last frame; says how many frames that were.
    public func skipRest(of message: inout Message) throws(ZMQError) -> Int {
        var skipped = 0
        while message.more {
            try receive(into: &message)
            skipped += 1
        }
        return skipped
    }

    /// Sends one frame; `more` when others of the same message follow.
    public func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false, _ waiting: Waiting = .allowed) throws(ZMQError) {
        let flags = waiting.flag | (more ? ZMQ_SNDMORE : 0)
        try check(zmq_send(handle, bytes.baseAddress, bytes.count, flags))
    }

    /// Sends one frame; `more` when others of the same message follow.
    public func send(_ bytes: [UInt8], more: Bool = false, _ waiting: Waiting = .allowed) throws(ZMQError) {
        let flags = waiting.flag | (more ? ZMQ_SNDMORE : 0)
        try check(zmq_send(handle, bytes, bytes.count, flags))
    }

    /// Sends `message` without copying it, and leaves it empty; on an error it keeps its bytes.
    public func send(
        moving message: inout Message, more: Bool = false, _ waiting: Waiting = .allowed
    ) throws(ZMQError) {
        let flags = waiting.flag | (more ? ZMQ_SNDMORE : 0)
        try check(zmq_msg_send(&message.raw, handle, flags))
    }

    /// Sends one whole message. Only the first frame can be refused: once it is taken, the rest follows.
    public func send(frames: [[UInt8]], _ waiting: Waiting = .allowed) throws(ZMQError) {
        for (index, frame) in frames.enumerated() { try send(frame, more: index + 1 < frames.count, waiting) }
    }

    /// Replies to a peer of a ROUTER: its routing id, then one content frame, never waiting.
    ///
    /// On a mandatory ROUTER `.hostUnreachable` means the peer is gone, `.again` that its queue is full.
    public func send(to peer: [UInt8], _ content: [UInt8]) throws(ZMQError) {
        try send(peer, more: true, .never)
        try send(content, .never)
    }
}
