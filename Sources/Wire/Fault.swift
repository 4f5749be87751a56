public import Kernel

/// What an `error` answer says: a code for machines, a message for people, and details by code.
public struct Fault: Error, Equatable, Sendable {
    public var code: ErrorCode
    public var message: String
    public var details: JSONObject

    public init(_ code: ErrorCode, _ message: String, _ details: JSONObject = JSONObject()) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// With details in the order they are written: `["limit": 5]`.
    public init(_ code: ErrorCode, _ message: String, _ details: KeyValuePairs<String, JSON>) {
        self.init(code, message, JSONObject(uniqueKeysWithValues: details.map { ($0.key, $0.value) }))
    }

    /// The body of the answer: `message` first, then the details.
    public var body: JSON {
        var object = JSONObject()
        object.append("message", .string(message))
        for member in details.members where member.key != "message" { object.append(member.key, member.value) }
        return .object(object)
    }

    static func malformed(_ message: String) -> Fault { Fault(.badRequest, message) }
}
