import Glibc

/// Why a thread was not started: an errno value.
public struct ThreadError: Error, Equatable, Sendable {
    public let code: Int32

    public init(code: Int32) { self.code = code }
}

extension ThreadError: CustomStringConvertible {
    public var description: String { "a thread cannot be started: \(String(cString: strerror(code))) (errno \(code))" }
}
