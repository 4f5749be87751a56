/// Makes JSON values of Swift values, the same bytes in every process: members in the order they are encoded, those of a
/// dictionary sorted by the bytes of their keys, the elements of a set by the bytes of their canonical text.
///
/// Throws `JSONCodingError` for what JSON cannot hold: doubles that are not finite and integers beyond 64 bits.
public struct JSONValueEncoder: Sendable {
    public init() {}

    public func encode(_ value: some Encodable) throws -> JSON { try JSON(encoding: value) }
}

extension JSON {
    /// The one place where a `T` becomes a value: scalars directly, all else through `T`'s own conformance.
    init<T: Encodable>(encoding value: T) throws {
        if let scalar = try JSON.scalar(value) {
            self = scalar
            return
        }
        guard let unordered = T.self as? any Unordered.Type else {
            let writer = JSONWriterNode()
            try value.encode(to: writer)
            self = writer.finish()
            return
        }
        let writer = JSONWriterNode(keysDiffer: true)
        try value.encode(to: writer)
        self = unordered.sorted(writer.finish())
    }

    private static func scalar<T>(_ value: T) throws(JSONCodingError) -> JSON? {
        if T.self == String.self { return .string(same(value)) }
        if T.self == Int64.self { return .int(same(value)) }
        if T.self == Bool.self { return .bool(same(value)) }
        if T.self == JSON.self { return same(value) as JSON }
        if T.self == Int.self { return try integer(same(value) as Int) }
        if T.self == Double.self { return try number(same(value)) }
        if T.self == UInt64.self { return try integer(same(value) as UInt64) }
        if T.self == Int32.self { return try integer(same(value) as Int32) }
        if T.self == UInt32.self { return try integer(same(value) as UInt32) }
        if T.self == UInt.self { return try integer(same(value) as UInt) }
        if T.self == Int16.self { return try integer(same(value) as Int16) }
        if T.self == UInt16.self { return try integer(same(value) as UInt16) }
        if T.self == Int8.self { return try integer(same(value) as Int8) }
        if T.self == UInt8.self { return try integer(same(value) as UInt8) }
        if T.self == Int128.self { return try integer(same(value) as Int128) }
        if T.self == UInt128.self { return try integer(same(value) as UInt128) }
        if T.self == Float.self { return try number(Double(same(value) as Float)) }
        return nil
    }

    private static func integer(_ value: some FixedWidthInteger) throws(JSONCodingError) -> JSON {
        guard let integer = Int64(exactly: value) else { throw JSONCodingError("is an integer beyond 64 bits") }
        return .int(integer)
    }

    private static func number(_ value: Double) throws(JSONCodingError) -> JSON {
        guard value.isFinite else { throw JSONCodingError("is not a finite number") }
        return .double(value)
    }
}

/// `value`, whose type the caller has compared with `U`.
@inline(__always)
private func same<T, U>(_ value: T) -> U {
    precondition(T.self == U.self)
    return unsafeBitCast(value, to: U.self)
}

/// Collections whose own order changes from process to process.
private protocol Unordered {
    static func sorted(_ json: JSON) -> JSON
}

extension Set: Unordered {
    static func sorted(_ json: JSON) -> JSON {
        guard case .array(let elements) = json else { return json }
        let keyed = elements.map { (key: $0.canonicalBytes, elements: [$0]) }
        return .array(keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.elements))
    }
}

extension Dictionary: Unordered {
    /// A dictionary whose keys are neither text nor integers comes as a list of key, value, key, value.
    static func sorted(_ json: JSON) -> JSON {
        switch json {
        case .object(let object): return .object(object.sortedByKey)
        case .array(let list):
            let pairs = stride(from: 0, to: list.count - 1, by: 2).map { (key: list[$0].canonicalBytes, pair: list[$0...$0 + 1]) }
            return .array(pairs.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.pair))
        default: return json
        }
    }
}
