import Kernel

extension WorkerMessage {
    static func parse(_ verb: WorkerVerb, _ reader: inout FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault)
        -> WorkerMessage
    {
        let word = try reader.word()
        try reader.finish()
        let id = try taskID(verb, reader)
        try checkWords(verb, reader, word)
        let body = try body(verb, reader, bytes)
        switch (verb, id, word) {
        case (.ready, let id?, _): return .ready(id, try Ready(body))
        case (.done, let task?, _): return .done(task, body: body)
        case (.refuse, let task?, let code?):
            return .refuse(task, code: try checked(code: code), message: try message(verb, body))
        case (.retry, let task?, let after?):
            return .retry(task, afterMilliseconds: try milliseconds(after), message: try message(verb, body))
        case (.unknown, let task?, _): return .unknown(task, message: try message(verb, body))
        case (.working, let task?, _): return .working(task)
        case (.heartbeat, _, _): return .heartbeat
        default: return .bye
        }
    }

    private static func taskID(_ verb: WorkerVerb, _ reader: FrameReader) throws(Fault) -> WireID? {
        if verb.hasID { return try reader.requiredID() }
        guard reader.id == nil else { throw .malformed("'\(verb.rawValue)' takes '-' as its id: it concerns the connection") }
        return nil
    }

    private static func checkWords(_ verb: WorkerVerb, _ reader: FrameReader, _ word: String?) throws(Fault) {
        guard let argument = verb.argument else {
            guard reader.wordCount == 0 else {
                throw .malformed("'\(verb.rawValue)' takes no words after the id, not \(reader.wordCount)")
            }
            return
        }
        guard reader.wordCount == 1, word != nil else {
            let count = word == nil ? "none" : "\(reader.wordCount)"
            throw .malformed("'\(verb.rawValue)' takes 1 word after the id, <\(argument)>, not \(count)")
        }
    }

    /// An answer that is too large is a malformed one: it ends its attempt, so there is nothing to send again.
    private static func body(_ verb: WorkerVerb, _ reader: FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> [UInt8]
    {
        do throws(Fault) { return try reader.body(of: bytes) } catch {
            throw verb.isAnswer ? Fault(.badRequest, error.message, error.details) : error
        }
    }

    private static func checked(code: String) throws(Fault) -> String {
        guard Names.isName(code) else {
            throw .malformed(
                "'\(code.prefix(64))' cannot be a code: "
                    + "a lower-case letter, then up to 62 lower-case letters, digits, '_', '.' or '-'")
        }
        return code
    }

    private static func milliseconds(_ word: String) throws(Fault) -> Int64 {
        guard let value = Word.number(word), value <= WorkerLimits.retryAfter else {
            throw .malformed("after_ms must be a whole number from 0 to \(WorkerLimits.retryAfter), not '\(word.prefix(32))'")
        }
        return Int64(value)
    }

    private static func message(_ verb: WorkerVerb, _ body: [UInt8]) throws(Fault) -> String {
        switch try bodyObject("'\(verb.rawValue)'", body)["message"] {
        case nil: return ""
        case .string(let text)?: return text
        case let other?: throw .malformed("'message' must be a string, not \(other.kind)")
        }
    }
}
