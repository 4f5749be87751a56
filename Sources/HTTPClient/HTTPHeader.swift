/// One header line. `value` holds no control characters: that is for whoever makes it to see to.
public struct HTTPHeader: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// As libcurl takes it: without a value it would remove the line.
    var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }
}

extension [HTTPHeader] {
    /// The first value of `name`, in whatever case it is written.
    public func value(_ name: String) -> String? { first { $0.name.lowercased() == name.lowercased() }?.value }
}
