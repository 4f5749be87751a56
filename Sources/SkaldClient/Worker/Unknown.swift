/// Nobody knows whether the operation took effect. Thrown by a handler, as is, in effect, every error but `Refuse` and `NotNow`.
public struct Unknown: Error, Sendable, Equatable {
    public var message: String

    public init(_ message: String) { self.message = message }
}
