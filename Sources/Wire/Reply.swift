import Kernel

/// Builds the server's answers, ready to send.
public enum Reply {
    /// The answer to a command; an empty result is written `{}`. The hot path: one allocation, written once.
    public static func ok(_ id: WireID, version: UInt64, position: UInt64, result: [UInt8]) -> [UInt8] {
        let capacity = 10 + id.raw.utf8.count + 2 * 21 + 3 + result.count
        return [UInt8](upTo: capacity) { buffer in
            var writer = ReplyWriter(buffer)
            writer.write("SKALD1 ok ")
            writer.write(id.raw)
            writer.write(" ")
            writer.write(version)
            writer.write(" ")
            writer.write(position)
            writer.write("\n")
            if result.isEmpty { writer.write("{}") } else { writer.write(result) }
            return writer.count
        }
    }

    /// The answer to a request; an empty one is written `{}`.
    public static func ok(_ id: WireID, _ answer: [UInt8]) -> [UInt8] {
        var output = open("SKALD1 ok ", id.raw, capacity: answer.count)
        close(&output, answer)
        return output
    }

    /// `id` is nil for what concerns no single message.
    public static func error(_ id: WireID?, _ fault: Fault) -> [UInt8] { error(raw: id?.raw ?? "-", fault) }

    /// An error whose body was made before, such as a stored one.
    public static func error(_ id: WireID, _ code: ErrorCode, body: [UInt8]) -> [UInt8] { error(raw: id.raw, code, body) }

    static func error(raw: String, _ fault: Fault) -> [UInt8] { error(raw: raw, fault.code, fault.body.bytes) }

    private static func error(raw: String, _ code: ErrorCode, _ body: [UInt8]) -> [UInt8] {
        var output = open("SKALD1 error ", raw, capacity: 24 + body.count)
        output.append(0x20)
        output.append(contentsOf: code.rawValue.utf8)
        close(&output, body)
        return output
    }

    private static func open(_ start: StaticString, _ id: String, capacity: Int) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(start.utf8CodeUnitCount + id.utf8.count + capacity + 4)
        start.withUTF8Buffer { output.append(contentsOf: $0) }
        output.append(contentsOf: id.utf8)
        return output
    }

    private static func close(_ output: inout [UInt8], _ body: [UInt8]) {
        output.append(0x0A)
        if body.isEmpty { output.append(contentsOf: "{}".utf8) } else { output.append(contentsOf: body) }
    }
}
