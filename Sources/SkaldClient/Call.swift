public import Kernel

/// One request of the protocol with the type of its answer: `client.perform(.saga("019…", wait: .seconds(10)))`.
public struct Call<Answer: Sendable>: Sendable {
    public let operation: String
    public let arguments: JSON
    /// How long the server may wait before it answers; the client is that much more patient.
    public let wait: Duration
    let decode: @Sendable (JSON) throws(SkaldError) -> Answer

    init(
        _ operation: String, _ arguments: KeyValuePairs<String, JSON?> = [:], wait: Duration = .zero,
        _ decode: @escaping @Sendable (JSON) throws(SkaldError) -> Answer
    ) {
        var object = JSONObject()
        for case (let key, let value?) in arguments { object.append(key, value) }
        self.operation = operation
        self.arguments = .object(object)
        self.wait = min(max(.zero, wait), ClientLimits.wait)
        self.decode = decode
    }
}

extension Call where Answer == JSON {
    /// Any operation by its name, for what this library has no word for yet.
    public init(_ operation: String, _ arguments: JSON, wait: Duration = .zero) {
        self.operation = operation
        self.arguments = arguments
        self.wait = min(max(.zero, wait), ClientLimits.wait)
        decode = { (answer) throws(SkaldError) in answer }
    }

    init(_ operation: String, _ arguments: KeyValuePairs<String, JSON?> = [:], wait: Duration = .zero) {
        self.init(operation, arguments, wait: wait) { (answer) throws(SkaldError) in answer }
    }
}

extension Duration {
    /// Whole milliseconds, as the wire writes them.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

func integer(_ value: UInt64?) -> JSON? { value.map { .int(Int64(clamping: $0)) } }
func text(_ value: String?) -> JSON? { value.map { .string($0) } }
/// Written only when it is not zero.
func waiting(_ value: Duration) -> JSON? { value > .zero ? .int(min(value, ClientLimits.wait).milliseconds) : nil }
