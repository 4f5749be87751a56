import EventLog
import Kernel
import Wire

/// What makes two messages with one id the same: 16 bytes of SHA-256 over verb, address, expected version, name and body.
struct Content {
    /// Each word, and the zero byte that no word holds.
    private var words: [UInt8] = []

    static func of(_ command: CommandRequest) -> [UInt8] {
        let (id, name) = (command.aggregate, command.name)
        var content = Content(bytes: 64 + id.type.utf8.count + id.key.utf8.count + name.utf8.count)
        content.add("command")
        content.add(id.type)
        content.add(id.key)
        content.add(command.expected.map { String($0) } ?? "-")
        content.add(name)
        return content.digest(command.body)
    }

    static func of(_ request: OperationRequest) -> [UInt8] {
        var content = Content(bytes: 32 + request.operation.utf8.count)
        content.add("request")
        content.add(request.operation)
        return content.digest(request.arguments)
    }

    private init(bytes: Int) { words.reserveCapacity(bytes) }

    private mutating func add(_ word: String) {
        word.withBytes { words.append(contentsOf: $0) }
        words.append(0)
    }

    private func digest(_ body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(words)
        hash.update(body)
        return hash.finish(first: 16)
    }
}
