import Kernel

/// What a client may say to the server.
///
/// Checks the shape only: the number of words, names, sizes. Which aggregates, commands and operations there are, and what
/// the body holds, is for those who serve them.
public enum ClientMessage: Sendable, Equatable {
    case command(CommandRequest)
    case request(OperationRequest)
    case worker(WorkerMessage)

    /// Verbs of the protocol that are not served: subscriptions.
    public static let reservedVerbs = ["subscribe", "credit", "ack", "nack", "cancel"]

    /// What to answer under; nil for the messages of a worker that have none.
    public var id: WireID? {
        switch self {
        case .command(let command): command.id
        case .request(let request): request.id
        case .worker(let message): message.id
        }
    }

    /// Reads one content frame; copies the body and nothing else of size.
    public static func parse(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> ClientMessage {
        guard !bytes.isEmpty else { throw .empty }
        var reader = FrameReader(bytes)
        do throws(Fault) {
            try reader.open()
            if reader.isVerb("command") { return .command(try command(&reader, bytes)) }
            if reader.isVerb("request") { return .request(try request(&reader, bytes)) }
            guard let verb = WorkerVerb(rawValue: reader.verb) else {
                try reader.finish()
                throw unserved(reader.verb)
            }
            return .worker(try WorkerMessage.parse(verb, &reader, bytes))
        } catch {
            let isAnswer = WorkerVerb(rawValue: reader.verb)?.isAnswer ?? false
            throw FrameError(error, replyID: reader.replyID, task: isAnswer ? reader.id : nil)
        }
    }

    public static func parse(_ bytes: [UInt8]) throws(FrameError) -> ClientMessage {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FrameError) in try parse(UnsafeRawBufferPointer(buffer)) }
    }

    private static func command(_ reader: inout FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> CommandRequest {
        let (type, key, expected, name) = (try reader.word(), try reader.word(), try reader.word(), try reader.word())
        try reader.finish()
        let id = try reader.requiredID()
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
            body: try reader.body(of: bytes))
    }

    private static func request(_ reader: inout FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> OperationRequest {
        let operation = try reader.word()
        try reader.finish()
        let id = try reader.requiredID()
        guard reader.wordCount == 1, let operation else {
            let count = operation == nil ? "none" : "\(reader.wordCount)"
            throw .malformed("'request' takes 1 word after the id, <operation>, not \(count)")
        }
        return OperationRequest(id: id, operation: operation, headers: reader.headers, arguments: try reader.body(of: bytes))
    }

    private static func checked(key word: String?) throws(Fault) -> String {
        guard let key = word else { throw .malformed("the key is missing; '-' stands for none, a key that is just '-' is %2D") }
        // Words are free of control characters by now, so the length is all that `Names.isKey` would add.
        guard key.utf8.count <= 255 else { throw .malformed("the key has \(key.utf8.count) bytes; 1 to 255 are allowed") }
        return key
    }

    private static func version(_ word: String?) throws(Fault) -> UInt64? {
        guard let word else { return nil }
        // What answers can carry: integers of JSON are signed.
        guard let version = Word.number(word), version <= Int64.max else {
            throw .malformed(
                "the expected version must be '-', 0 or a whole number up to \(Int64.max), not '\(word.prefix(32))'")
        }
        return version
    }

    private static func badName(_ kind: String, _ name: String) -> String {
        "'\(name.prefix(64))' cannot name \(kind == "aggregate" ? "an" : "a") \(kind): "
            + "a lower-case letter, then up to 62 lower-case letters, digits, '_', '.' or '-'"
    }

    private static let knownVerbs = ["command", "request"] + WorkerVerb.allCases.map(\.rawValue) + reservedVerbs

    private static func unserved(_ verb: String) -> Fault {
        if reservedVerbs.contains(verb) {
            return Fault(.unknownOperation, "the verb '\(verb)' is reserved by the protocol and not served here")
        }
        let hint = Suggestion.nearest(to: String(verb.prefix(64)), among: knownVerbs)
        return .malformed("unknown verb '\(verb.prefix(64))'" + (hint.map { "; did you mean '\($0)'?" } ?? ""))
    }
}
