import EventLog
import Kernel
import Wire

/// What makes two messages with one id the same: 16 bytes of SHA-256 over verb, address, expected version, name and body.
struct Content {
    private var hash = SHA256()

    static func of(_ command: CommandRequest) -> [UInt8] {
        var content = Content()
        content.add("command")
        content.add(command.aggregate.type)
        content.add(command.aggregate.key)
        content.add(command.expected.map { String($0) } ?? "-")
        content.add(command.name)
        return content.digest(command.body)
    }

    static func of(_ request: OperationRequest) -> [UInt8] {
        var content = Content()
        content.add("request")
        content.add(request.operation)
        return content.digest(request.arguments)
    }

    /// A word, and the zero byte that no word holds.
    private mutating func add(_ word: String) {
        var word = word
        word.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
        withUnsafeBytes(of: UInt8(0)) { hash.update($0) }
    }

    private mutating func digest(_ body: [UInt8]) -> [UInt8] {
        hash.update(body)
        var digest = hash.finish()
        digest.removeLast(SHA256.byteCount - 16)
        return digest
    }
}
