/// Collects what a type's `encode(to:)` says; nested containers are nodes of their own, put in place at the end.
final class JSONWriterNode: Encoder {
    private enum Shape { case nothing, value, list, object }

    /// Where a nested container stands below the value its type began with; empty otherwise.
    let path: [JSONCodingError.Step]
    /// A dictionary never repeats a key, so nobody needs to look for an old one.
    private let keysDiffer: Bool
    private var shape = Shape.nothing
    private var value = JSON.null
    private(set) var elements: [JSON] = []
    private var object = JSONObject()
    private var nested: [(step: JSONCodingError.Step, node: JSONWriterNode)] = []

    init(path: [JSONCodingError.Step] = [], keysDiffer: Bool = false) {
        self.path = path
        self.keysDiffer = keysDiffer
    }

    var codingPath: [any CodingKey] { path.map { AnyCodingKey($0) } }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        take(.object)
        return KeyedEncodingContainer(JSONKeyedWriter(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        take(.list)
        return JSONListWriter(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func set(_ key: String, _ json: JSON) {
        if keysDiffer { object.append(key, json) } else { object[key] = json }
    }

    func append(_ json: JSON) { elements.append(json) }

    /// A node for what follows under `step`; its place is kept.
    func nest(_ step: JSONCodingError.Step) -> JSONWriterNode {
        let node = JSONWriterNode(path: path + [step])
        switch step {
        case .key(let key): set(key, .null)
        case .index: append(.null)
        }
        nested.append((step, node))
        return node
    }

    /// What was said; a type that said nothing is an object without members.
    func finish() -> JSON {
        for (step, node) in nested {
            switch step {
            case .key(let key): object[key] = node.finish()
            case .index(let index): elements[index] = node.finish()
            }
        }
        switch shape {
        case .nothing, .object: return .object(object)
        case .value: return value
        case .list: return .array(elements)
        }
    }

    private func take(_ wanted: Shape) {
        precondition(shape == .nothing || shape == wanted, "encode(to:) asked for containers of two kinds")
        shape = wanted
    }
}

extension JSONWriterNode: SingleValueEncodingContainer {
    func encodeNil() {
        take(.value)
        value = .null
    }

    func encode<T: Encodable>(_ value: T) throws {
        take(.value)
        self.value = try JSONCodingError.located(at: path) { try JSON(encoding: value) }
    }
}
