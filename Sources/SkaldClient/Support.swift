import Wire
import ZeroMQ

extension WireID {
    static func checked(_ text: String) throws(SkaldError) -> WireID {
        guard let id = WireID(text) else {
            throw .invalid(
                "'\(text)' cannot be an id: 1 to \(WireLimits.id) bytes without control characters, not beginning with '$'")
        }
        return id
    }
}

extension IDSource {
    /// A UUID's text is a word as it stands, so making an id of it cannot fail.
    mutating func nextWireID() -> WireID {
        guard let id = WireID(next()) else { preconditionFailure("a UUID that is no id") }
        return id
    }
}

extension Context {
    /// The caller's context, or a fresh one.
    static func forClient(_ given: Context?) throws(SkaldError) -> Context {
        if let given { return given }
        do { return try Context() } catch { throw .invalid("cannot start ZeroMQ: \(error)") }
    }
}
