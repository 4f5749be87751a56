/// Why a text is not the JSON we accept, and where.
public struct JSONError: Error, Equatable, Sendable {
    /// Offset of the offending byte from the start of the text.
    public let offset: Int
    public let message: String

    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }
}

extension JSON {
    /// Deepest nesting accepted in a body (PROTOCOL section 1).
    public static let maximumDepth = 64

    /// Deepest nesting read back from what a server wrote: events and answers wrap bodies a few levels deeper.
    public static let storedDepth = 128

    /// Parses one JSON text: UTF-8, no key twice byte for byte, integers within 64 bits, at most `maximumDepth` levels deep.
    public static func parse(
        _ bytes: some Collection<UInt8>, maximumDepth: Int = maximumDepth
    ) throws(JSONError) -> JSON {
        let found = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(JSONError) in try parse(buffer: buffer, maximumDepth) }
        }
        if let found { return try found.get() }
        return try Array(bytes).withUnsafeBufferPointer { buffer in
            Result { () throws(JSONError) in try parse(buffer: buffer, maximumDepth) }
        }.get()
    }

    public static func parse(_ text: String, maximumDepth: Int = maximumDepth) throws(JSONError) -> JSON {
        try parse(Array(text.utf8), maximumDepth: maximumDepth)
    }

    private static func parse(buffer: UnsafeBufferPointer<UInt8>, _ maximumDepth: Int) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes: buffer, maximumDepth: maximumDepth)
        return try parser.document()
    }
}

/// A recursive-descent reader over borrowed bytes; recursion is bounded by `maximumDepth`.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let maximumDepth: Int
    var offset = 0

    init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw failure("unexpected text after the value") }
        return value
    }

    private func failure(_ message: String) -> JSONError { JSONError(offset: offset, message: message) }

    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        guard offset < bytes.count else { throw failure("a value is missing") }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let matches = text.withUTF8Buffer { expected in
            offset + expected.count <= bytes.count && expected.indices.allSatisfy { bytes[offset + $0] == expected[$0] }
        }
        guard matches else { throw failure("not a JSON value") }
        offset += text.utf8CodeUnitCount
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        try open(depth)
        var object = JSONObject()
        var keys = SeenKeys()
        if take("}") { return .object(object) }
        object.members.reserveCapacity(4)
        while true {
            skipSpace()
            let start = offset
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { throw failure("a member name is missing") }
            let key = try string()
            guard keys.isNew(key, in: object) else { throw JSONError(offset: start, message: "the key '\(key)' is repeated") }
            skipSpace()
            guard take(":") else { throw failure("':' is missing after '\(key)'") }
            object.append(key, try value(depth: depth + 1))
            skipSpace()
            if take("}") { return .object(object) }
            guard take(",") else { throw failure("',' or '}' is missing") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        try open(depth)
        var elements: [JSON] = []
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw failure("',' or ']' is missing") }
        }
    }

    /// Steps over the bracket that opens level `depth + 1`.
    private mutating func open(_ depth: Int) throws(JSONError) {
        guard depth < maximumDepth else { throw failure("nested deeper than \(maximumDepth) levels") }
        offset += 1
        skipSpace()
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }
}

/// The keys of one object while it is read: a linear look for the few members of a usual body, a set beyond that.
private struct SeenKeys {
    private var set: Set<ByteKey> = []

    mutating func isNew(_ key: String, in object: JSONObject) -> Bool {
        guard object.count >= JSONObject.linearLimit else { return !object.contains(key) }
        if set.isEmpty { set = Set(object.members.map { ByteKey($0.key) }) }
        return set.insert(ByteKey(key)).inserted
    }
}
