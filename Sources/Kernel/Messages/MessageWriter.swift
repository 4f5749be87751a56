/// Takes the object `{"caseName": body}` from a message's `encode(to:)` apart as it is said.
final class MessageWriter: Encoder {
    private enum Body {
        case json(JSON)
        case node(JSONWriterNode)
    }

    private var said: (name: String, body: Body)?
    private var isOneCase = true

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(MessageCaseWriter(writer: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { stray().unkeyedContainer() }
    func singleValueContainer() -> any SingleValueEncodingContainer { stray() }

    func say(_ name: String, _ json: JSON) { say(name, .json(json)) }

    func nest(_ name: String) -> JSONWriterNode {
        let node = JSONWriterNode()
        say(name, .node(node))
        return node
    }

    /// A place for words that belong to no case; `finish` refuses them.
    func stray() -> JSONWriterNode {
        isOneCase = false
        return JSONWriterNode()
    }

    func finish() throws(JSONCodingError) -> (name: String, body: JSON) {
        guard isOneCase, let said else { throw MessageReader.wrongShape }
        guard let name = MessageName.wire(said.name) else {
            throw JSONCodingError("is the case '\(said.name)', which makes no name on the wire")
        }
        let body =
            switch said.body {
            case .json(let json): json
            case .node(let node): node.finish()
            }
        guard case .object = body else { throw MessageReader.wrongShape }
        return (name, body)
    }

    private func say(_ name: String, _ body: Body) {
        if said != nil { isOneCase = false }
        said = (name, body)
    }
}

/// The one member of that object.
private struct MessageCaseWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: MessageWriter

    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { writer.say(key.stringValue, .null) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { writer.say(key.stringValue, try JSON(encoding: value)) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        writer.nest(key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        writer.nest(key.stringValue).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { writer.stray() }
    func superEncoder(forKey key: Key) -> any Encoder { writer.nest(key.stringValue) }
}
