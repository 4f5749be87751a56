public import Kernel

/// An error of a step or undo: a code for machines, a message for people. A class, because every state has room for some and
/// hardly any has one.
public final class Failure: Sendable, Equatable, CustomStringConvertible {
    public let code: String
    public let message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }
    public var json: JSON { ["code": .string(code), "message": .string(message)] }

    public convenience init?(_ json: JSON?) {
        guard let code = json?["code"]?.stringValue else { return nil }
        self.init(code: code, message: json?["message"]?.stringValue ?? code)
    }

    public static func == (left: Failure, right: Failure) -> Bool {
        left === right || left.code.hasBytes(of: right.code) && left.message.hasBytes(of: right.message)
    }
}
