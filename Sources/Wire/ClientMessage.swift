import Kernel

/// What a client may say to the server.
///
/// Checks the shape only: the number of words, names, sizes. Which aggregates, commands and operations there are, and what
/// the body holds, is for those who serve them.
public enum ClientMessage: Sendable, Equatable {
    case command(CommandRequest)
    case request(OperationRequest)

    /// Verbs of the protocol that are not served: workers and subscriptions.
    public static let reservedVerbs = [
        "ready", "done", "refuse", "retry", "unknown", "working", "heartbeat", "bye", "subscribe", "credit", "ack", "nack",
        "cancel",
    ]

    /// Reads one content frame; copies the body and nothing else of size.
    public static func parse(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> ClientMessage {
        let frame = try Frame.parse(bytes)
        do throws(Fault) { return try message(frame, bytes) } catch { throw FrameError(error, replyID: frame.id?.raw ?? "-") }
    }

    public static func parse(_ bytes: [UInt8]) throws(FrameError) -> ClientMessage {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FrameError) in try parse(UnsafeRawBufferPointer(buffer)) }
    }

    private static func message(_ frame: Frame, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> ClientMessage {
        switch frame.verb {
        case "command": return .command(try command(frame, bytes))
        case "request": return .request(try request(frame, bytes))
        default: throw unserved(frame.verb)
        }
    }

    private static func command(_ frame: Frame, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> CommandRequest {
        let id = try id(frame)
        guard frame.words.count == 4 else {
            throw .malformed(
                "'command' takes 4 words after the id, <aggregate> <key> <expected> <name>, not \(frame.words.count)")
        }
        guard let type = frame.words[0] else { throw .malformed("the aggregate is missing; '-' stands for none") }
        let address = AggregateID(type, try key(frame.words[1]))
        if address.isSystem {
            throw Fault(.forbidden, "aggregate types that begin with '$' are the system's; they take no commands")
        }
        guard Names.isName(type) else { throw .malformed(badName("aggregate", type)) }
        let expected = try expected(frame.words[2])
        guard let name = frame.words[3] else { throw .malformed("the command's name is missing; '-' stands for none") }
        guard Names.isName(name) else { throw .malformed(badName("command", name)) }
        let body = try body(frame, bytes)
        return CommandRequest(id: id, aggregate: address, expected: expected, name: name, headers: frame.headers, body: body)
    }

    private static func request(_ frame: Frame, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> OperationRequest {
        let id = try id(frame)
        guard frame.words.count == 1, let operation = frame.words[0] else {
            throw .malformed("'request' takes 1 word after the id, <operation>, not \(frame.words.compactMap { $0 }.count)")
        }
        return OperationRequest(id: id, operation: operation, headers: frame.headers, arguments: try body(frame, bytes))
    }

    private static func id(_ frame: Frame) throws(Fault) -> WireID {
        guard let id = frame.id else { throw .malformed("'\(frame.verb)' needs an id; '-' stands for none") }
        return id
    }

    private static func key(_ word: String?) throws(Fault) -> String {
        guard let key = word else { throw .malformed("the key is missing; '-' stands for none, a key that is just '-' is %2D") }
        // Words are free of control characters by now, so the length is all that `Names.isKey` would add.
        guard key.utf8.count <= 255 else { throw .malformed("the key has \(key.utf8.count) bytes; 1 to 255 are allowed") }
        return key
    }

    private static func expected(_ word: String?) throws(Fault) -> UInt64? {
        guard let word else { return nil }
        guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let version = UInt64(word) else {
            throw .malformed("the expected version must be '-', 0 or a whole number, not '\(word.prefix(32))'")
        }
        return version
    }

    private static func body(_ frame: Frame, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> [UInt8] {
        guard frame.body.count <= WireLimits.body else {
            throw Fault(
                .tooLarge, "the body has \(frame.body.count) bytes; \(WireLimits.body) are allowed",
                ["size": .int(Int64(frame.body.count)), "limit": .int(Int64(WireLimits.body))])
        }
        return Array(bytes[frame.body])
    }

    private static func badName(_ kind: String, _ name: String) -> String {
        "'\(name.prefix(64))' cannot name \(kind == "aggregate" ? "an" : "a") \(kind): "
            + "a lower-case letter, then up to 62 lower-case letters, digits, '_', '.' or '-'"
    }

    private static func unserved(_ verb: String) -> Fault {
        if reservedVerbs.contains(verb) {
            return Fault(.unknownOperation, "the verb '\(verb)' is reserved by the protocol and not served here")
        }
        let hint = Suggestion.nearest(to: String(verb.prefix(64)), among: ["command", "request"] + reservedVerbs)
        return .malformed("unknown verb '\(verb.prefix(64))'" + (hint.map { "; did you mean '\($0)'?" } ?? ""))
    }
}
