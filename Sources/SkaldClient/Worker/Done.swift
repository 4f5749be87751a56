public import Kernel

/// An operation took effect: what a handler returns.
///
///     return ["hold": "h-7"]
///     return Done(["hold": "h-7"], undo: .call("airline.cancel", with: ["hold": "h-7"]))
public struct Done: Sendable, Equatable {
    public var result: JSON
    /// Replaces the undo that the definition names.
    public var undo: Undo?

    public init(_ result: JSON, undo: Undo? = nil) {
        self.result = result
        self.undo = undo
    }

    /// With nothing to say about it.
    public init() { result = .object(JSONObject()) }

    /// As it is answered: `{"result": …, "undo": …}`.
    public var body: JSON {
        var object = JSONObject()
        object.append("result", result)
        if let undo { object.append("undo", undo.body) }
        return .object(object)
    }

    /// From what `body` gave; nil when it is something else.
    public init?(body: JSON) {
        guard let result = body["result"] else { return nil }
        self.result = result
        guard let undo = body["undo"] else { return }
        guard let known = Undo(body: undo) else { return nil }
        self.undo = known
    }
}

extension Done: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(.object(JSONObject(uniqueKeysWithValues: elements)))
    }
}
