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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 128)
        for var word in words {
            word.withUTF8 { bytes.append(contentsOf: $0) }
            bytes.append(0)
        }
        bytes.append(contentsOf: body)
        return Array(SHA256.digest(bytes).prefix(16))
    }
}
