/// No answer, or none that is whole.
public struct HTTPFailure: Error, Sendable, Equatable {
    /// Some of the request may have left: the service may have done what it asks. False is certain.
    public var wasSent: Bool
    /// For people. Names hosts, never what was sent.
    public var message: String

    public init(wasSent: Bool, _ message: String) {
        self.wasSent = wasSent
        self.message = message
    }

    static let cancelled = "cancelled"
}

extension HTTPFailure: CustomStringConvertible { public var description: String { message } }
