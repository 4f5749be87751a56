/// The definite no: no attempt of this operation has had or will have an effect. Thrown by a handler.
public struct Refuse: Error, Sendable, Equatable {
    /// For machines: `[a-z][a-z0-9_.-]{0,62}`. Another one is answered as an unknown outcome.
    public var code: String
    /// For people.
    public var message: String

    public init(_ code: String, _ message: String = "") {
        self.code = code
        self.message = message
    }
}
