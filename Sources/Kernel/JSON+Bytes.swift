extension JSON {
    /// The compact text, members in their own order. A double that is not finite has no JSON form and is written as null.
    public var bytes: [UInt8] {
        JSONText.bytes { text in text.append(self) }
    }

    /// The compact text as a string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The compact text with members sorted by the bytes of their keys: equal values give equal bytes.
    public var canonicalBytes: [UInt8] { canonical.bytes }

    private var canonical: JSON {
        switch self {
        case .array(let elements): return .array(elements.map(\.canonical))
        case .object(let object):
            return .object(JSONObject(uniqueKeysWithValues: object.sortedByKey.members.map { ($0.key, $0.value.canonical) }))
        default: return self
        }
    }
}
