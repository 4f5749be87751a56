import Kernel

extension WorkerPush {
    /// Reads one frame from the server. A verb it does not know is refused; a worker ignores it.
    public static func parse(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> WorkerPush {
        guard !bytes.isEmpty else { throw .empty }
        var reader = FrameReader(bytes, from: .server)
        do throws(Fault) {
            try reader.open()
            return try push(&reader, bytes)
        } catch {
            throw FrameError(error, replyID: nil, task: reader.isVerb("task") ? reader.id : nil)
        }
    }

    public static func parse(_ bytes: [UInt8]) throws(FrameError) -> WorkerPush {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FrameError) in try parse(UnsafeRawBufferPointer(buffer)) }
    }

    private static func push(_ reader: inout FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> WorkerPush {
        switch reader.verb {
        case "task": return try task(&reader, bytes)
        case "heartbeat": return .heartbeat
        case "bye": return .bye
        case "welcome":
            let words = try words(&reader)
            guard words.count == 1 else { throw .malformed("a welcome takes 1 word after the id, <epoch>") }
            let epoch = try number("epoch", words[0])
            return .welcome(
                try reader.requiredID(), try Welcome(epoch: epoch, bodyObject("a welcome", bytes[reader.body])))
        case "error":
            guard case .error(let id, let code, let message, let details) = try error(bytes) else { break }
            return .error(id: id, code: code, message: message, details: details)
        default: break
        }
        throw .malformed("'\(reader.verb.prefix(64))' is nothing that a server says to a worker")
    }

    private static func error(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> ServerReply {
        do throws(FrameError) { return try ServerReply.parse(bytes) } catch { throw error.fault }
    }

    private static func task(_ reader: inout FrameReader, _ bytes: UnsafeRawBufferPointer) throws(Fault) -> WorkerPush {
        let words = try words(&reader)
        let task = try reader.requiredID()
        let body = Array(bytes[reader.body])
        switch (words.first, words.count) {
        case ("action", 4): return .action(try action(task, words, reader.headers, body))
        case ("decide", 5):
            return .decide(
                DecideTask(
                    task: task, aggregate: try address(words), version: try number("version", words[3]),
                    name: try text("name", words[4]), deadlineMilliseconds: try deadline(reader.headers),
                    epoch: try number("epoch", reader.headers.value("epoch")), body: body))
        case ("fold", 4):
            return .fold(
                FoldTask(
                    task: task, aggregate: try address(words), version: try number("version", words[3]),
                    epoch: try number("epoch", reader.headers.value("epoch")), body: body))
        default: throw .malformed("a task is an action with 3 words, a decide with 4 or a fold with 3 behind it")
        }
    }

    private static func action(
        _ task: WireID, _ words: [String?], _ headers: [Header], _ body: [UInt8]
    ) throws(Fault) -> ActionTask {
        guard let direction = headers.value("direction").flatMap(TaskDirection.init(rawValue:)) else {
            throw .malformed("the direction of a task is 'do', 'undo' or 'probe'")
        }
        return ActionTask(
            task: task, action: try text("action", words[1]), operation: try text("operation", words[2]),
            attempt: try number("attempt", words[3]), saga: try text("saga", headers.value("saga")),
            step: try text("step", headers.value("step")), direction: direction, deadlineMilliseconds: try deadline(headers),
            epoch: try number("epoch", headers.value("epoch")),
            headers: headers.filter { !Header.taskNames.contains($0.name) }, body: body)
    }

    private static func words(_ reader: inout FrameReader) throws(Fault) -> [String?] {
        var words: [String?] = []
        while true {
            let word = try reader.word()
            guard reader.wordCount > words.count else { return words }
            words.append(word)
        }
    }

    private static func address(_ words: [String?]) throws(Fault) -> AggregateID {
        AggregateID(try text("aggregate", words[1]), try text("key", words[2]))
    }

    private static func text(_ name: String, _ word: String?) throws(Fault) -> String {
        guard let word else { throw .malformed("the \(name) of a task is missing") }
        return word
    }

    private static func number(_ name: String, _ word: String?) throws(Fault) -> UInt64 {
        guard let word, let value = Word.number(word) else { throw .malformed("the \(name) must be a whole number") }
        return value
    }

    private static func deadline(_ headers: [Header]) throws(Fault) -> Int64 {
        Int64(clamping: try number("deadline_ms", headers.value("deadline_ms")))
    }
}
