import EventLog
import Kernel
import Wire

/// What makes two messages with one id the same: 16 bytes of SHA-256 over verb, address, expected version, name and body.
enum Content {
    static func of(_ command: CommandRequest) -> [UInt8] {
        let expected = command.expected.map { String($0) } ?? "-"
        return digest(["command", command.aggregate.type, command.aggregate.key, expected, command.name], command.body)
    }

    static func of(_ request: OperationRequest) -> [UInt8] { digest(["request", request.operation], request.arguments) }

    private static func digest(_ words: [String], _ body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        for word in words {
            hash.update(word)
            hash.update("\0")
        }
        hash.update(body)
        var digest = hash.finish()
        digest.removeLast(SHA256.byteCount - 16)
        return digest
    }
}
