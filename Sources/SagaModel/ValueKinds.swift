public import Kernel

/// The kinds a JSON value may have, as a set: what a schema allows and what an expression may give.
public struct ValueKinds: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let null = ValueKinds(rawValue: 1)
    public static let boolean = ValueKinds(rawValue: 2)
    public static let integer = ValueKinds(rawValue: 4)
    public static let double = ValueKinds(rawValue: 8)
    public static let string = ValueKinds(rawValue: 16)
    public static let list = ValueKinds(rawValue: 32)
    public static let object = ValueKinds(rawValue: 64)
    public static let number: ValueKinds = [.integer, .double]
    public static let any = ValueKinds(rawValue: 127)

    public init(of value: JSON) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .int: self = .integer
        case .double: self = .double
        case .string: self = .string
        case .array: self = .list
        case .object: self = .object
        }
    }

    /// "an integer or a string", for messages to people.
    public var description: String {
        if self == .any { return "anything" }
        var words: [String] = []
        if contains(.number) {
            words.append("a number")
        } else if contains(.integer) {
            words.append("an integer")
        } else if contains(.double) {
            words.append("a number with a fraction")
        }
        let rest: [(ValueKinds, String)] = [
            (.string, "a string"), (.boolean, "a boolean"), (.list, "a list"), (.object, "an object"), (.null, "null"),
        ]
        words += rest.filter { contains($0.0) }.map(\.1)
        guard let last = words.popLast() else { return "nothing" }
        return words.isEmpty ? last : words.joined(separator: ", ") + " or " + last
    }
}
