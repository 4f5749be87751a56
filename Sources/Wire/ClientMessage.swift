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
        guard !bytes.isEmpty else { throw .empty }
        var reader = FrameReader(bytes)
        do throws(Fault) {
            try reader.open()
            if reader.isVerb("command") { return .command(try command(&reader, bytes)) }
            if reader.isVerb("request") { return .request(try request(&reader, bytes)) }
            try reader.finish()
            throw unserved(reader.verb)
        } catch {
            throw FrameError(error, replyID: reader.replyID)
        }
    }

    public static func parse(_ bytes: [UInt8]) throws(FrameError) -> ClientMessage {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FrameError) in try parse(UnsafeRawBufferPointer(buffer)) }
    }

    private static func command(_ reader: inout FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> CommandRequest {
        let (type, key, expected, name) = (try reader.word(), try reader.word(), try reader.word(), try reader.word())
        try reader.finish()
        let id = try id(reader)
        guard reader.wordCount == 4 else {
            throw .malformed("'command' takes 4 words after the id, <aggregate> <key> <expected> <name>, not \(reader.wordCount)")
        }
        guard let type else { throw .malformed("the aggregate is missing; '-' stands for none") }
        let address = AggregateID(type, try checked(key: key))
        if address.isSystem {
            throw Fault(.forbidden, "aggregate types that begin with '$' are the system's; they take no commands")
        }
        guard Names.isName(type) else { throw .malformed(badName("aggregate", type)) }
        guard let name else { throw .malformed("the command's name is missing; '-' stands for none") }
        guard Names.isName(name) else { throw .malformed(badName("command", name)) }
        return CommandRequest(
            id: id, aggregate: address, expected: try version(expected), name: name, headers: reader.headers,
            body: try body(reader, bytes))
    }

    private static func request(_ reader: inout FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> OperationRequest {
        let operation = try reader.word()
        try reader.finish()
        let id = try id(reader)
        guard reader.wordCount == 1, let operation else {
            let count = operation == nil ? "none" : "\(reader.wordCount)"
            throw .malformed("'request' takes 1 word after the id, <operation>, not \(count)")
        }
        return OperationRequest(id: id, operation: operation, headers: reader.headers, arguments: try body(reader, bytes))
    }

    private static func id(_ reader: FrameReader) throws(Fault) -> WireID {
        guard let id = reader.id else { throw .malformed("'\(reader.verb)' needs an id; '-' stands for none") }
        return id
    }

    private static func checked(key word: String?) throws(Fault) -> String {
        guard let key = word else { throw .malformed("the key is missing; '-' stands for none, a key that is just '-' is %2D") }
        // Words are free of control characters by now, so the length is all that `Names.isKey` would add.
        guard key.utf8.count <= 255 else { throw .malformed("the key has \(key.utf8.count) bytes; 1 to 255 are allowed") }
        return key
    }

    private static func version(_ word: String?) throws(Fault) -> UInt64? {
        guard let word else { return nil }
        guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let version = UInt64(word) else {
            throw .malformed("the expected version must be '-', 0 or a whole number, not '\(word.prefix(32))'")
        }
        return version
    }

    private static func body(_ reader: FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> [UInt8] {
        guard reader.body.count <= WireLimits.body else {
            throw Fault(
                .tooLarge, "the body has \(reader.body.count) bytes; \(WireLimits.body) are allowed",
                ["size": .int(Int64(reader.body.count)), "limit": .int(Int64(WireLimits.body))])
        }
        return Array(bytes[reader.body])
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
