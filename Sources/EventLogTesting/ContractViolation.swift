/// What a store did that a log must not.
public struct ContractViolation: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
