public import EventLog
public import Wire

/// What goes back to whoever asked, still without their id.
public enum Answer: Sendable, Equatable {
    /// To a command that was accepted.
    case accepted(version: UInt64, position: UInt64, result: [UInt8])
    /// To a request.
    case answer([UInt8])
    case fault(Fault)
    /// An error told before, word for word.
    case repeated(code: String, body: [UInt8])

    /// The answer a receipt remembers.
    public init(_ receipt: Receipt) {
        if let code = receipt.code {
            self = .repeated(code: code, body: receipt.body)
        } else if let version = receipt.version {
            self = .accepted(version: version, position: receipt.position ?? 0, result: receipt.body)
        } else {
            self = .answer(receipt.body)
        }
    }

    /// The frame for the wire.
    public func encoded(for id: WireID) -> [UInt8] {
        switch self {
        case .accepted(let version, let position, let result): Reply.ok(id, version: version, position: position, result: result)
        case .answer(let body): Reply.ok(id, body)
        case .fault(let fault): Reply.error(id, fault)
        case .repeated(let code, let body): Reply.error(id, ErrorCode(rawValue: code) ?? .internal, body: body)
        }
    }
}
