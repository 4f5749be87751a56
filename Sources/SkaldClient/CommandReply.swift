public import Kernel
import Wire

/// A command was accepted, and is durable.
public struct CommandReply: Sendable, Equatable {
    /// The command's id, under which the same reply can be had again.
    public let id: String
    /// Events of the aggregate, those of this command included.
    public let version: UInt64
    /// Position of the aggregate's last event among all events; 0 when it has none.
    public let position: UInt64
    public let result: JSON

    public init(id: String, version: UInt64, position: UInt64, result: JSON) {
        self.id = id
        self.version = version
        self.position = position
        self.result = result
    }

    init(_ id: String, _ answer: Answer) throws(SkaldError) {
        guard answer.words.count == 2, let version = answer.words[0].flatMap({ UInt64($0) }),
            let position = answer.words[1].flatMap({ UInt64($0) })
        else { throw .malformedReply("the answer to a command lacks its version and position") }
        self.init(id: id, version: version, position: position, result: try answer.json())
    }
}

extension Answer {
    func json() throws(SkaldError) -> JSON {
        if body.isEmpty { return .object(JSONObject()) }
        do { return try JSON.parse(body, maximumDepth: JSON.storedDepth) } catch {
            throw .malformedReply("its body is not JSON: \(error.message)")
        }
    }
}
