/// One `name=value` of a header line.
public struct Header: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The names of the protocol; users add their own as `x-…`.
    public static let knownNames = ["traceparent", "tracestate", "correlation", "causation", "deadline_ms"]

    /// What the server says about a task, beside the headers its saga or command came with.
    public static let taskNames = ["saga", "step", "direction", "deadline_ms", "epoch"]

    /// Who wrote a frame: the names of `taskNames` are the server's alone.
    enum Author { case client, server }

    static func isAllowed(_ name: String, from author: Author) -> Bool {
        if knownNames.contains(name) || author == .server && taskNames.contains(name) { return true }
        let rest = name.utf8.dropFirst(2)
        return name.utf8.starts(with: "x-".utf8) && !rest.isEmpty
            && rest.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// Why `name` is not allowed.
    static func refusal(_ name: String) -> String {
        "unknown header '\(name.prefix(64))'; known are '\(knownNames.joined(separator: "', '"))', "
            + "and your own as 'x-' and lower-case letters, digits and '-'"
    }
}

extension [Header] {
    /// The value of the header `name`, if it was given.
    public func value(_ name: String) -> String? { first { $0.name == name }?.value }
}
