public import Kernel
public import Wire

/// The arguments of a request, read field by field with errors that name the field.
public struct Arguments: Sendable {
    private let json: JSON
    private let operation: String

    public init(_ request: OperationRequest) throws(Fault) {
        operation = request.operation
        json = try Engine.object(request.arguments, what: "the arguments of \(request.operation)")
    }

    public subscript(_ field: String) -> JSON? {
        guard let value = json[field], !value.isNull else { return nil }
        return value
    }

    public func string(_ field: String) throws(Fault) -> String {
        guard let value = try optionalString(field) else { throw missing(field) }
        return value
    }

    public func optionalString(_ field: String) throws(Fault) -> String? {
        switch self[field] {
        case nil: return nil
        case .string(let text)?: return text
        case let other?: throw wrong(field, "a string", other)
        }
    }

    /// A whole number from 0 on.
    public func optionalNumber(_ field: String) throws(Fault) -> UInt64? {
        switch self[field] {
        case nil: return nil
        case .int(let number)? where number >= 0: return UInt64(number)
        case .int(let number)?: throw Fault(.badRequest, "\(operation): '\(field)' must not be negative, it is \(number)")
        case let other?: throw wrong(field, "an integer", other)
        }
    }

    public func flag(_ field: String) throws(Fault) -> Bool {
        switch self[field] {
        case nil: return false
        case .bool(let value)?: return value
        case let other?: throw wrong(field, "a boolean", other)
        }
    }

    public func object(_ field: String) throws(Fault) -> JSON? {
        switch self[field] {
        case nil: return nil
        case .object(let object)?: return .object(object)
        case let other?: throw wrong(field, "an object", other)
        }
    }

    /// A number between bounds, `standard` when it is not given; larger ones are lowered.
    public func limit(_ field: String, standard: Int, most: Int) throws(Fault) -> Int {
        guard let number = try optionalNumber(field) else { return standard }
        guard number > 0 else { throw Fault(.badRequest, "\(operation): '\(field)' must be at least 1") }
        return min(Int(clamping: number), most)
    }

    public func missing(_ field: String) -> Fault { Fault(.badRequest, "\(operation) needs '\(field)'") }

    private func wrong(_ field: String, _ expected: String, _ found: JSON) -> Fault {
        Fault(.badRequest, "\(operation): '\(field)' must be \(expected), not \(found.kind)")
    }
}
