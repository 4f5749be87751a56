/// Makes Swift values of JSON values.
///
///     let state = try JSONValueDecoder().decode(Account.State.self, from: json)
///
/// Throws `JSONCodingError`, which names the field. Members no field asks for are ignored; an integer is accepted where a
/// double is expected, and a double without a fraction where an integer is.
public struct JSONValueDecoder: Sendable {
    public init() {}

    public func decode<T: Decodable>(_ type: T.Type, from json: JSON) throws -> T {
        try JSONCodingError.located(at: []) { try json.decoded(type) }
    }
}

extension JSON {
    /// The one place where a value becomes a `T`: scalars directly, all else through `T`'s own conformance.
    func decoded<T: Decodable>(_ type: T.Type) throws -> T {
        if T.self == String.self { return same(try string(), as: type) }
        if T.self == Int64.self { return same(try integer(Int64.self), as: type) }
        if T.self == Bool.self { return same(try boolean(), as: type) }
        if T.self == JSON.self { return same(self, as: type) }
        if T.self == Int.self { return same(try integer(Int.self), as: type) }
        if T.self == Double.self { return same(try double(), as: type) }
        if let number = try otherNumber(type) { return number }
        return try T(from: JSONReader(self))
    }

    private func otherNumber<T>(_ type: T.Type) throws(JSONCodingError) -> T? {
        if T.self == UInt64.self { return same(try integer(UInt64.self), as: type) }
        if T.self == Int32.self { return same(try integer(Int32.self), as: type) }
        if T.self == UInt32.self { return same(try integer(UInt32.self), as: type) }
        if T.self == UInt.self { return same(try integer(UInt.self), as: type) }
        if T.self == Int16.self { return same(try integer(Int16.self), as: type) }
        if T.self == UInt16.self { return same(try integer(UInt16.self), as: type) }
        if T.self == Int8.self { return same(try integer(Int8.self), as: type) }
        if T.self == UInt8.self { return same(try integer(UInt8.self), as: type) }
        if T.self == Int128.self { return same(try integer(Int128.self), as: type) }
        if T.self == UInt128.self { return same(try integer(UInt128.self), as: type) }
        if T.self == Float.self { return same(try float(), as: type) }
        return nil
    }

    func string() throws(JSONCodingError) -> String {
        guard case .string(let value) = self else { throw .mismatch("a string", self) }
        return value
    }

    func boolean() throws(JSONCodingError) -> Bool {
        guard case .bool(let value) = self else { throw .mismatch("a boolean", self) }
        return value
    }

    func double() throws(JSONCodingError) -> Double {
        switch self {
        case .double(let value): return value
        case .int(let value): return Double(value)
        default: throw .mismatch("a number", self)
        }
    }

    private func float() throws(JSONCodingError) -> Float {
        let value = Float(try double())
        guard value.isFinite else { throw JSONCodingError("is beyond a 32-bit number") }
        return value
    }

    func integer<I: FixedWidthInteger>(_ type: I.Type) throws(JSONCodingError) -> I {
        let value: I?
        switch self {
        case .int(let integer): value = I(exactly: integer)
        case .double(let double):
            let whole = double >= -0x1p63 && double < 0x1p63 ? Int64(double) : nil
            guard whole.map({ Double($0) == double }) ?? true else {
                throw JSONCodingError("must be an integer, not a fraction")
            }
            value = whole.flatMap { I(exactly: $0) }
        default: throw .mismatch("an integer", self)
        }
        guard let value else { throw JSONCodingError("must be an integer from \(I.min) to \(I.max)") }
        return value
    }
}

/// `value`, whose type the caller has compared with `T`; a cast the compiler cannot see through costs more than the field.
@inline(__always)
private func same<T, U>(_ value: U, as type: T.Type) -> T {
    precondition(T.self == U.self)
    return unsafeBitCast(value, to: type)
}
