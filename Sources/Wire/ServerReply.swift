public import Kernel

/// What the server answers, as a client reads it.
public enum ServerReply: Sendable, Equatable {
    /// `words` are the version and the position for a command, none for a request.
    case ok(id: WireID, words: [String?], body: [UInt8])
    /// `id` is nil when the server could not tell whose message it was. `code` may be newer than `ErrorCode`.
    case error(id: WireID?, code: String, message: String, details: JSONObject)

    /// Reads one answer. A frame that is none of both is refused.
    public static func parse(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> ServerReply {
        let frame = try Frame.parse(bytes)
        do throws(Fault) { return try reply(frame, bytes) } catch { throw FrameError(error, replyID: nil) }
    }

    public static func parse(_ bytes: [UInt8]) throws(FrameError) -> ServerReply {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FrameError) in try parse(UnsafeRawBufferPointer(buffer)) }
    }

    private static func reply(_ frame: Frame, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> ServerReply {
        switch (frame.verb, frame.id) {
        case ("ok", let id?): return .ok(id: id, words: frame.words, body: Array(bytes[frame.body]))
        case ("error", let id):
            guard frame.words.count == 1, let code = frame.words[0] else { throw .malformed("an error without its code") }
            var details = try bodyObject("an error", bytes[frame.body], maximumDepth: JSON.storedDepth)
            let message = details["message"]?.stringValue ?? code
            details["message"] = nil
            return .error(id: id, code: code, message: message, details: details)
        default: throw .malformed("'\(frame.verb.prefix(64))' is not an answer")
        }
    }
}
